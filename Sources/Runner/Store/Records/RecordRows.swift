public import PipelineDSL

/// How a run ended.
public enum RunStatus: String, Sendable, Hashable, CaseIterable {
  /// Every stage succeeded and every check was met.
  case done
  /// Every stage succeeded and a check was not met.
  case unmet = "checks-not-met"
  /// No stage failed, but some could not run because a location did not exist.
  case dataMissing = "data-missing"
  /// A stage failed.
  case failed
  /// The run ended while its jobs were in the queue of a cluster or ran there; nothing failed.
  case detached
  /// The run was interrupted by a signal.
  case interrupted
}

/// How a worker process ended.
public enum ProcessEnd: Sendable, Hashable, CustomStringConvertible {
  /// With an exit code.
  case exited(Int)
  /// By a signal, such as `SIGKILL`.
  case signalled(String)

  /// The exit code, if it exited.
  public var code: Int? { if case .exited(let code) = self { code } else { nil } }
  /// The name of the signal, if one ended it.
  public var signal: String? { if case .signalled(let name) = self { name } else { nil } }
  /// `exit code 3` or `SIGKILL`.
  public var description: String { signal ?? "exit code \(code ?? 0)" }
}

/// The outcome of a cell in a run.
public enum StageStatus: String, Sendable, Hashable, CaseIterable {
  /// Its result was cached.
  case hit
  /// It ran and succeeded.
  case executed
  /// It ran and failed.
  case failed
  /// It did not run because an upstream cell failed, data were missing or the run ended before.
  case skipped
  /// The run was interrupted while it ran.
  case interrupted
}

/// A run, as recorded when it begins.
public struct RunRow: Sendable, Hashable {
  /// The id, such as `20261121-231501-ab12cd`; see `RunRecords.newRunID`.
  public var id: String
  /// The pipeline's name.
  public var pipeline: String
  /// The digest of the text of the pipeline.
  public var pipelineDigest: Digest
  /// The command line as typed.
  public var command: String
  /// The host.
  public var host: String
  /// The user.
  public var user: String
  /// When it began, in seconds since 1970, UTC.
  public var started: Double

  /// Creates a run.
  public init(
    id: String, pipeline: String, pipelineDigest: Digest, command: String, host: String,
    user: String, started: Double
  ) {
    (self.id, self.pipeline, self.pipelineDigest) = (id, pipeline, pipelineDigest)
    (self.command, self.host, self.user, self.started) = (command, host, user, started)
  }
}

/// How a run ended, with the counts shown in a list of runs.
public struct RunEndRow: Sendable, Hashable {
  /// The status.
  public var status: RunStatus
  /// The exit code of the command.
  public var exit: Int
  /// When, in seconds since 1970, UTC.
  public var finished: Double
  /// The number of stages with each status.
  public var counts: [StageStatus: Int]
  /// The digest over the rows of the run and the seal of the run that ended before.
  public var seal: Digest
}

/// A run and its end, unless it is active or was killed.
public struct RunSummary: Sendable, Hashable {
  /// The run.
  public var run: RunRow
  /// Its end.
  public var end: RunEndRow?
}

/// A stage of a run: one cell.
public struct StageRunRow: Sendable, Hashable {
  /// The number of the row; 0 until it is recorded.
  public var id: Int = 0
  /// The run.
  public var run: String
  /// The cell, such as `model@backbone=vgg16`.
  public var cell: String
  /// The name of the stage, without the axes.
  public var stage: String
  /// The stage kind.
  public var kind: String
  /// The key; `nil` if the inputs were never produced.
  public var key: Digest?
  /// The outcome.
  public var status: StageStatus
  /// Why it ran or did not.
  public var reason: String
  /// The number of the attempt, from 1; 0 if none was made in this run.
  ///
  /// Continues the count of earlier attempts at the key that left no result: those in the record
  /// since the last success, and that of a dead or failed holder of the key's lease.
  public var attempt: Int = 0
  /// When it began, in seconds since 1970, UTC.
  public var started: Double
  /// How long it took, in seconds.
  public var seconds: Double = 0
  /// The peak memory, in bytes.
  public var peakMemory: Int = 0
  /// Processor time, in seconds.
  public var cpuSeconds: Double = 0
  /// How its worker process ended; `nil` if it did not end, since workers are reused, or if
  /// unknown.
  public var end: ProcessEnd?
  /// The digest of its log.
  public var log: Digest?
  /// The seal of the file with the result under the key, if there is one.
  public var record: Digest?
  /// The scratch folder of a failed attempt.
  public var scratch: String?
  /// The node of the cluster it ran on; `nil` for the machine of the run.
  public var node: String?
  /// The number of its job in the cluster.
  public var job: String?
  /// How long its job waited in the cluster's queue, in seconds.
  public var queueSeconds: Double?

  /// Creates a stage of a run.
  public init(
    run: String, cell: String, stage: String, kind: String, key: Digest?, status: StageStatus,
    reason: String, started: Double
  ) {
    (self.run, self.cell, self.stage, self.kind) = (run, cell, stage, kind)
    (self.key, self.status, self.reason, self.started) = (key, status, reason, started)
  }
}

/// An artifact of a stage of a run, computed or cached.
public struct ArtifactRow: Sendable, Hashable {
  /// The number of the stage's row.
  public var stageRun: Int
  /// The output port.
  public var port: String
  /// The type.
  public var type: ArtifactType
  /// The digest of its manifest.
  public var digest: Digest
  /// The total size of its files in bytes.
  public var bytes: Int

  /// Creates an artifact.
  public init(stageRun: Int, port: String, type: ArtifactType, digest: Digest, bytes: Int) {
    (self.stageRun, self.port, self.type) = (stageRun, port, type)
    (self.digest, self.bytes) = (digest, bytes)
  }
}

/// A metric that a stage of a run reported.
public struct MetricRow: Sendable, Hashable {
  /// The number of the stage's row.
  public var stageRun: Int
  /// Name, step and value.
  public var metric: StageMetric

  /// Creates a metric.
  public init(stageRun: Int, metric: StageMetric) {
    (self.stageRun, self.metric) = (stageRun, metric)
  }
}

/// A check, and how it was evaluated.
public struct CheckRow: Sendable, Hashable {
  /// The number of the stage's row.
  public var stageRun: Int
  /// The metric's name.
  public var metric: String
  /// The relation, such as `at-least`.
  public var relation: String
  /// The threshold.
  public var threshold: Double
  /// The value of the metric; `nil` if the stage did not report it.
  public var value: Double?
  /// Whether the check was met.
  public var met: Bool

  /// Creates an evaluated check.
  public init(
    stageRun: Int, metric: String, relation: String, threshold: Double, value: Double?, met: Bool
  ) {
    (self.stageRun, self.metric, self.relation) = (stageRun, metric, relation)
    (self.threshold, self.value, self.met) = (threshold, value, met)
  }
}

/// A connection from an output of one cell to an input of another.
public struct EdgeRow: Sendable, Hashable {
  /// The upstream cell.
  public var from: String
  /// Its output port.
  public var output: String
  /// The downstream cell.
  public var to: String
  /// Its input port.
  public var input: String

  /// Creates an edge.
  public init(from: String, output: String, to: String, input: String) {
    (self.from, self.output, self.to, self.input) = (from, output, to, input)
  }
}

/// A divergence: the same key produced different bytes.
public struct DivergenceRow: Sendable, Hashable {
  /// The run that found it; `nil` for an audit.
  public var run: String?
  /// The cell.
  public var cell: String
  /// The key.
  public var key: Digest
  /// The output port that differs, or `metrics`.
  public var port: String
  /// What the store contains, as a digest or text.
  public var existing: String
  /// What was found.
  public var found: String
  /// The path of the first file that differs in the artifact, or the first metric that differs.
  public var file: String?
  /// When, in seconds since 1970, UTC.
  public var at: Double

  /// Creates a divergence.
  public init(
    run: String?, cell: String, key: Digest, port: String, existing: String, found: String,
    file: String? = nil, at: Double
  ) {
    (self.run, self.cell, self.key, self.port) = (run, cell, key, port)
    (self.existing, self.found, self.file, self.at) = (existing, found, file, at)
  }
}

/// An event in a run, or something done to it later, such as a note, a tag, a pin or a warning.
public struct EventRow: Sendable, Hashable {
  /// The number of the row; 0 until it is recorded.
  public var id: Int = 0
  /// The run it concerns, if any.
  public var run: String?
  /// The kind, such as `tag`, `untag`, `pin`, `unpin`, `note`, `warning`.
  public var kind: String
  /// The subject, such as the name of the tag, or the cell.
  public var subject: String
  /// Further text.
  public var text: String
  /// When, in seconds since 1970, UTC.
  public var at: Double

  /// Creates an event.
  public init(run: String?, kind: String, subject: String, text: String = "", at: Double) {
    (self.run, self.kind, self.subject) = (run, kind, subject)
    (self.text, self.at) = (text, at)
  }
}

/// An earlier key of a stage, to explain why its key changed.
public struct EarlierKey: Sendable, Hashable {
  /// The cell.
  public var cell: String
  /// Its key in that run.
  public var key: Digest
  /// The run.
  public var run: String
}
