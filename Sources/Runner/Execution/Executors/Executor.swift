internal import Store

/// A way to compute cells, below the job runner: in worker processes of this machine, as jobs of a
/// cluster, or without processes at all in tests.
///
/// An executor makes no decisions about results. It takes jobs, says what workers reported about
/// them, and never blocks for long: `wait` is where it does its work. A new one is a type in one
/// file and a case in `Executors.make`.
protocol Executor {
  /// Takes a job; it may start later.
  mutating func start(_ job: WorkerJob, for cell: Int) throws(RunError)
  /// The replies that arrived for a cell, and whether its worker ended without one.
  mutating func receive(for cell: Int) -> (replies: [WorkerReply], closed: Bool)
  /// Takes back what a finished job held.
  mutating func release(_ cell: Int)
  /// Gives up a job whose worker ended without a reply; returns how it ended.
  mutating func reap(_ cell: Int) -> ProcessEnd?
  /// Kills the job of a cell; returns how it ended.
  @discardableResult
  mutating func end(_ cell: Int) -> ProcessEnd?
  /// Ends all jobs; those that run are first asked to stop and get a grace period, in seconds.
  ///
  /// Returns how the running ones ended, by cell.
  @discardableResult
  mutating func endAll(grace: Double) -> [Int: ProcessEnd]
  /// Waits until there is news of a job, the descriptor has something to read, or the timeout
  /// expires.
  mutating func wait(also descriptor: Int32, milliseconds: Int32) -> (cells: [Int], other: Bool)

  /// What cells that run elsewhere may use; `nil` if all run on this machine.
  var remote: RemoteShare? { get }
  /// Whether a cell runs elsewhere: it holds no share of this machine, its executor keeps its time
  /// limit, and its job may outlive this process.
  func isRemote(_ cell: Int) -> Bool
  /// Where a cell ran, once there is a reply; `nil` on this machine.
  func place(of cell: Int) -> JobPlace?
  /// Whether every remote job that was taken is in the queue of its cluster.
  var isSubmitted: Bool { get }
  /// Leaves all remote jobs to themselves, for the run that computes their keys next.
  mutating func leave()
  /// What the user should know, since the last call.
  mutating func takeNotes() -> [String]
}

/// What cells that run elsewhere may use together and each.
struct RemoteShare: Sendable, Hashable {
  /// The maximum number of cells at the same time.
  let jobs: Int
  /// The processors of a cell that requests none.
  let processors: Int
}

/// Where and when a remote job ran.
struct JobPlace: Sendable, Hashable {
  /// The node; `nil` if it never began.
  let node: String?
  /// The number of the job; `nil` if the cluster did not take it.
  let job: String?
  /// How long it waited in the queue, in seconds.
  let queueSeconds: Double
  /// When it began, in seconds since 1970.
  let started: Double
  /// How long it took, in seconds.
  let seconds: Double
  /// The scratch folder of its attempt; `nil` if it never began.
  let attempt: String?
}

/// Executors of this machine have no remote jobs.
extension Executor {
  var remote: RemoteShare? { nil }
  func isRemote(_ cell: Int) -> Bool { false }
  func place(of cell: Int) -> JobPlace? { nil }
  var isSubmitted: Bool { true }
  mutating func leave() {}
  mutating func takeNotes() -> [String] { [] }
}
