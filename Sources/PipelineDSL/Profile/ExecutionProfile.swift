/// Where the cells of a run are computed: the content of a profile file.
///
/// A profile describes a cluster and never enters a key: the same pipeline gives the same bytes
/// everywhere.
public struct ExecutionProfile: Sendable, Hashable {
  /// A way to compute cells.
  public enum Executor: String, Sendable, Hashable, CaseIterable {
    /// In processes on this machine.
    case local
    /// As jobs of the Slurm workload manager.
    case slurm
  }

  /// The executor.
  public var executor: Executor
  /// The partition of jobs; `nil` for the cluster's default.
  public var partition: String?
  /// The account that is charged.
  public var account: String?
  /// The quality of service.
  public var qos: String?
  /// The time limit of a job in seconds, for stages without one.
  public var time: Int?
  /// Bytes of memory of a job, for stages that request none.
  public var memory: Int?
  /// Processors of a job, for stages that request none.
  public var cpus = 1
  /// Further options of `sbatch`, such as `--gres=gpu:1`.
  public var flags: [String] = []
  /// Seconds between two looks at the jobs.
  public var poll = 10.0
  /// The maximum number of cells in the queue or running at the same time.
  public var jobs = 1000
  /// Cells that usually take less are put into one job, up to this many seconds together; 0 for
  /// one job per cell.
  public var bundle = 60.0
  /// Patterns of the stages, or of their kinds, that run on this machine.
  public var local: [String] = []
  /// Whether Slurm may start a job again by itself after its node failed.
  public var requeue = false
  /// How often a job that ran out of memory runs again, each time with twice as much.
  public var memoryRetries = 0
  /// How often a cell that reached its time limit continues in another job, if it made progress.
  public var continuations = 4
  /// The path of `assay` on the nodes; `nil` for that of this process.
  public var command: String?

  /// A profile with the defaults of an executor.
  public init(executor: Executor) { self.executor = executor }

  /// Whether the cells of a stage run on this machine.
  public func isLocal(stage: String, kind: String) -> Bool {
    executor == .local
      || local.contains { pattern in
        let glob = Glob(pattern)
        return glob.matches(stage) || glob.matches(kind)
      }
  }
}
