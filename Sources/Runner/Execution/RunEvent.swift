public import PipelineDSL
public import Store

/// What happens in a run, for whoever shows it.
public enum RunEvent: Sendable {
  /// The run begins: its id, and how many cells matter.
  case began(run: String, cells: Int)
  /// A cell's result was known.
  case hit(cell: String, KeyRecord)
  /// A cell waits for another run that computes the same key, if it can be told which.
  case waiting(cell: String, on: Lease.Holder?)
  /// A cell starts to run: why, and on how many threads.
  case started(cell: String, reason: String, threads: Int)
  /// A running cell is so far, after so many seconds.
  case progress(cell: String, StageProgress, seconds: Double)
  /// A cell ran and has a result, after so many seconds.
  case executed(cell: String, KeyRecord, seconds: Double)
  /// A cell failed.
  case failed(StageReport)
  /// A cell cannot run because another has no result.
  case skipped(cell: String, because: String)
  /// A running cell was stopped.
  case interrupted(cell: String)
  /// A check was judged.
  case checked(cell: String, MetricCheck, value: Double?)
  /// The same key gave other bytes than before.
  case diverged(DivergenceRow)
  /// Something the user should know of the run as a whole.
  case note(String)
}

/// What a person needs to know of a failed stage.
public struct StageReport: Sendable {
  /// The cell.
  public let cell: String
  /// Why it failed.
  public let reason: String
  /// What can be done about it, if known.
  public let hint: String?
  /// The last lines of its log.
  public let log: [String]
  /// The folder of the attempt, which is kept.
  public let attempt: String
}

/// How a run ended.
public struct RunOutcome: Sendable {
  /// The run's id.
  public let run: String
  /// How it ended.
  public let status: RunStatus
  /// How many cells had each status.
  public let counts: [StageStatus: Int]
  /// The failed stages.
  public let failures: [StageReport]
  /// The checks that were not met, with their cells.
  public let unmet: [(cell: String, check: MetricCheck, value: Double?)]
  /// Seconds from begin to end.
  public let seconds: Double

  /// The exit code of the command: 0, 1 or 130.
  public var exit: Int {
    switch status {
    case .done: 0
    case .failed: 1
    case .interrupted: 130
    }
  }
}
