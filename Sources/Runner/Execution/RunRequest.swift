internal import Foundation
public import PipelineDSL
internal import Store

/// What becomes of the jobs of a cluster when a run is interrupted.
public enum RemoteEnding: String, Sendable, Hashable, CaseIterable {
  /// They are cancelled.
  case cancel
  /// They stay in the queue, for the run that computes their keys next.
  case leave
}

/// What to run, and how.
public struct RunRequest: Sendable {
  /// The name of the fact that records the axes given on the command line, as JSON.
  public static let axesFact = "axes"

  /// The pipeline.
  public var pipeline: Pipeline
  /// The id of the run.
  public var run = RunRecords.newRunID(at: Date().timeIntervalSince1970)
  /// The cells whose results are wanted, by index.
  public var targets: [Int]
  /// The cells that run even if their result is cached.
  public var forced: Set<Int> = []
  /// How many cells may run at once.
  public var jobs: Int
  /// Whether the first failure stops the rest.
  public var failFast = false
  /// The maximum size of the store's memo in bytes; 0 for no memo.
  public var memo = 8 << 30
  /// The seconds after which a run on another machine that gives no sign of life counts as dead.
  public var leasePatience = LeaseFolder.patience
  /// The command line as it was typed, for the record and for repeating a failed cell.
  public var commandLine: [String] = []
  /// Facts about the program for the record, in addition to those about the machine.
  public var facts: [String: String] = [:]
  /// Where cells are computed.
  public var profile = ExecutionProfile(executor: .local)
  /// Whether the run ends once everything that is ready is in the queue of a cluster.
  public var detaches = false
  /// Decides about the jobs of a cluster when the run is interrupted, from their number.
  public var onInterrupt: @Sendable (Int) -> RemoteEnding = { _ in .leave }
  /// The machine to share out.
  public var machine: Machine
  /// The executable whose verb `worker` serves jobs.
  public var executable: String
  /// The environment of workers.
  public var environment: [String: String]

  /// A request for all cells of a pipeline.
  public init(
    pipeline: Pipeline, machine: Machine, executable: String, environment: [String: String]
  ) {
    (self.pipeline, self.machine) = (pipeline, machine)
    (self.executable, self.environment) = (executable, environment)
    targets = Array(pipeline.cells.indices)
    jobs = machine.processors
  }

  /// The `resources` that this machine cannot provide for what runs on it, and those that it clamps.
  public func checkResources() -> (refused: [String], clamped: [String]) {
    var refused: [String] = []
    var clamped: [String] = []
    for stage in pipeline.stages {
      guard let cell = pipeline.cells[stage.cells].first,
        profile.isLocal(stage: cell.stage, kind: cell.kind)
      else { continue }
      if let memory = cell.resources.memory, memory > machine.memory {
        refused.append(
          "'\(stage.name)' requests \(ByteCount.text(memory)) of memory, but this machine has "
            + ByteCount.text(machine.memory))
      }
      if let cpus = cell.resources.cpus, cpus > machine.processors {
        clamped.append(
          "'\(stage.name)' requests \(cpus) processors and is limited to the \(machine.processors) of this machine"
        )
      }
    }
    return (refused, clamped)
  }
}
