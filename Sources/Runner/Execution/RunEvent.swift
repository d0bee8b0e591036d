public import PipelineDSL
public import Store

/// What happens in a run, for display.
public enum RunEvent: Sendable {
  /// The run begins: its id, and its number of cells.
  case began(run: String, cells: Int)
  /// Locations do not exist, and the cells that need them are skipped.
  case missing(MissingData)
  /// A cell is cached.
  case hit(cell: String, KeyRecord)
  /// A cell waits for another run that computes the same key, if that run is known.
  case waiting(cell: String, on: Lease.Holder?)
  /// A cell starts to run: why, and on how many threads.
  case started(cell: String, reason: String, threads: Int)
  /// A running cell reported progress, after some seconds.
  case progress(cell: String, StageProgress, seconds: Double)
  /// A running cell reported metrics with steps; those of its result follow in full.
  case measured(cell: String, [StageMetric])
  /// A cell ran and has a result, after some seconds.
  case executed(cell: String, KeyRecord, seconds: Double)
  /// A cell failed.
  case failed(StageReport)
  /// A cell does not run because an upstream cell failed or the run ended.
  case skipped(cell: String, because: String)
  /// A running cell was interrupted.
  case interrupted(cell: String)
  /// A check was evaluated.
  case checked(cell: String, MetricCheck, value: Double?)
  /// The same key produced other bytes than before.
  case diverged(DivergenceRow)
  /// Something the user should know about the run as a whole.
  case note(String)
  /// A moment passed while cells run.
  case tick
}

/// What the user needs to know about a failed stage.
public struct StageReport: Sendable {
  /// The cell.
  public let cell: String
  /// Why it failed.
  public let reason: String
  /// What can be done about it, if known.
  public let hint: String?
  /// The last lines of its log.
  public let log: [String]
  /// The scratch folder of the attempt, which is kept.
  public let attempt: String

  /// The reason with its hint.
  var text: String { hint.map { "\(reason); \($0)" } ?? reason }
}

/// How a run ended.
public struct RunOutcome: Sendable {
  /// The run's id.
  public let run: String
  /// How it ended.
  public let status: RunStatus
  /// How many cells had each status.
  public let counts: [StageStatus: Int]
  /// The locations that did not exist, and the cells that could not run because of them.
  public let missing: MissingData
  /// The failed stages.
  public let failures: [StageReport]
  /// The checks that were not met, with their cells.
  public let unmet: [(cell: String, check: MetricCheck, value: Double?)]
  /// The wall-clock time in seconds.
  public let seconds: Double

  /// The exit code of the command: 0, 1 or 130.
  public var exit: Int {
    switch status {
    case .done, .detached: 0
    case .failed, .unmet, .dataMissing: 1
    case .interrupted: 130
    }
  }
}
