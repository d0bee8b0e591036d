internal import Foundation
internal import PipelineDSL
internal import Store

/// The job loop of runs and replays: shares out the machine, starts jobs, reads replies, ends
/// overdue jobs.
///
/// It makes no decisions about results. The pool and the clock are injected, so that tests need no
/// processes and no waiting.
struct JobRunner {
  /// A job that is running.
  private struct Running {
    /// On the monotonic clock, in seconds.
    let began: Double
    /// In seconds since 1970.
    let started: Double
    let attempt: String
    /// The time limit, in seconds.
    let limit: Int?
  }

  /// A job that ended.
  struct Ended: Sendable {
    /// The scratch folder of the attempt.
    let attempt: String
    /// When it started, in seconds since 1970.
    let started: Double
    /// How long it took, in seconds; of a remote job, without its time in the queue.
    let seconds: Double
    /// Where it ran, if that was not this machine.
    var place: JobPlace?
  }

  /// Why a job has no result.
  struct Failure: Sendable {
    let reason: String
    var hint: String?
    var usage = WorkerUsage()
    /// The time limit in seconds, if it was exceeded.
    var limit: Int?
    /// How the worker process ended, if it did.
    var end: ProcessEnd?
  }

  /// What happened to a job.
  enum Event: Sendable {
    case progress(StageProgress, seconds: Double)
    case metrics([StageMetric])
    case done(WorkerResult, Ended)
    case failed(Failure, Ended)
  }

  private var pool: any Executor
  private var scheduler: Scheduler
  /// Shares out what runs elsewhere; `nil` if nothing does.
  private var queue: Scheduler?
  /// The monotonic clock, in seconds.
  let clock: () -> Double
  private var running: [Int: Running] = [:]

  init(machine: Machine, jobs: Int, pool: any Executor, clock: @escaping () -> Double) {
    scheduler = Scheduler(machine: machine, jobs: jobs)
    // A cluster divides its own machines.
    let boundless = Machine(processors: 1 << 40, memory: 1 << 60)
    queue = pool.remote.map { Scheduler(machine: boundless, jobs: $0.jobs) }
    self.pool = pool
    self.clock = clock
  }

  /// Whether nothing runs and nothing is ready to start.
  var isIdle: Bool { scheduler.isIdle && queue?.isIdle ?? true }
  /// Whether any job is running.
  var isRunning: Bool { !running.isEmpty }
  /// Whether a cell's job is running.
  func isRunning(_ cell: Int) -> Bool { running[cell] != nil }

  /// The number of jobs that run elsewhere, or wait there.
  var remoteCount: Int { running.keys.count { pool.isRemote($0) } }
  /// Whether any job runs elsewhere.
  var hasRemoteJobs: Bool { remoteCount > 0 }
  /// Whether nothing is left but remote jobs, all in the queue of their cluster.
  var canLeave: Bool {
    scheduler.isIdle && hasRemoteJobs && pool.isSubmitted
  }

  /// Adds a cell that may start.
  mutating func add(_ cell: Int) {
    if pool.isRemote(cell) { queue?.add(cell) } else { scheduler.add(cell) }
  }

  /// Removes and returns every cell that has not started.
  mutating func drain() -> [Int] { scheduler.drain() + (queue?.drain() ?? []) }

  /// The next cell that fits on the machine or in the queue, with its share; the caller starts or
  /// releases it.
  mutating func next(_ resources: (Int) -> Resources) -> (cell: Int, share: Scheduler.Share)? {
    let usual = pool.remote?.processors
    let remote = queue?.next { cell in
      var asked = resources(cell)
      asked.cpus = asked.cpus ?? usual
      return asked
    }
    return remote ?? scheduler.next(resources)
  }

  /// Releases the share of a cell that does not start after all.
  mutating func release(_ cell: Int) {
    if pool.isRemote(cell) { queue?.release(cell) } else { scheduler.release(cell) }
  }

  /// Leaves remote jobs to themselves; returns the cells, and what was known of their jobs.
  mutating func leaveRemoteJobs() -> [(cell: Int, job: Ended)] {
    let cells = running.keys.filter { pool.isRemote($0) }.sorted()
    pool.leave()
    return cells.compactMap { cell in finish(cell).map { (cell, $0) } }
  }

  /// What the user should know about the executor.
  mutating func takeNotes() -> [String] { pool.takeNotes() }

  /// Starts the job of a cell that has its share; `limit` is its time limit in seconds.
  mutating func start(_ job: WorkerJob, for cell: Int, limit: Int?) throws(RunError) {
    let isRemote = pool.isRemote(cell)
    // A remote worker creates its own: several attempts may run at once.
    if !isRemote {
      do {
        try FileManager.default.createDirectory(
          atPath: job.attempt, withIntermediateDirectories: true)
      } catch {
        throw .store(
          StoreError(path: job.attempt, "cannot be created: \(systemReason(of: error))"))
      }
    }
    try pool.start(job, for: cell)
    running[cell] = Running(
      began: clock(), started: Date().timeIntervalSince1970, attempt: job.attempt,
      limit: isRemote ? nil : limit)
  }

  /// Waits for replies, the descriptor or the timeout; returns what happened to jobs.
  mutating func wait(
    also descriptor: Int32, milliseconds: Int32
  ) -> (events: [(cell: Int, event: Event)], signalled: Bool) {
    let (cells, signalled) = pool.wait(also: descriptor, milliseconds: milliseconds)
    var events: [(cell: Int, event: Event)] = []
    for cell in cells { events += listen(to: cell).map { (cell, $0) } }
    return (events + overdue(), signalled)
  }

  /// Ends all workers; returns the jobs that were running, and how their workers ended.
  @discardableResult
  mutating func endAll(grace: Double) -> [(cell: Int, job: Ended, end: ProcessEnd?)] {
    let ends = pool.endAll(grace: grace)
    return running.keys.sorted().compactMap { cell in
      finish(cell).map { (cell, $0, ends[cell]) }
    }
  }

  // MARK: Events

  private mutating func listen(to cell: Int) -> [Event] {
    guard let current = running[cell] else { return [] }
    let (replies, closed) = pool.receive(for: cell)
    var events: [Event] = []
    for reply in replies {
      switch reply {
      case .progress(let progress):
        events.append(.progress(progress, seconds: clock() - current.began))
      case .metrics(let metrics): events.append(.metrics(metrics))
      case .done(let result):
        let place = pool.place(of: cell)
        pool.release(cell)
        return events + (finish(cell, at: place).map { [.done(result, $0)] } ?? [])
      case .failed(let reason, let hint, let usage):
        let place = pool.place(of: cell)
        pool.release(cell)
        return events
          + failure(of: cell, Failure(reason: reason, hint: hint, usage: usage), at: place)
      }
    }
    guard closed else { return events }
    let place = pool.place(of: cell)
    let end = pool.reap(cell)
    let failure = Failure(
      reason: Self.crash(end), hint: "see the end of the log", end: end)
    return events + self.failure(of: cell, failure, at: place)
  }

  private static func crash(_ end: ProcessEnd?) -> String {
    switch end {
    case .signalled("SIGKILL"):
      "the worker process was killed (SIGKILL; the system does this when memory runs out)"
    case .signalled(let name): "the worker process crashed (\(name))"
    case .exited(let code): "the worker process ended with exit code \(code)"
    case nil: "the worker process is gone"
    }
  }

  private mutating func overdue() -> [(cell: Int, event: Event)] {
    let now = clock()
    var events: [(cell: Int, event: Event)] = []
    for (cell, current) in running.sorted(by: { $0.key < $1.key }) {
      guard let limit = current.limit, now > current.began + Double(limit) else { continue }
      let failure = Failure(
        reason: "the stage exceeded its time limit of \(limit) s",
        hint: "raise \"time\" in its resources; a stage with state resumes",
        limit: limit, end: pool.end(cell))
      events += self.failure(of: cell, failure).map { (cell, $0) }
    }
    return events
  }

  private mutating func failure(
    of cell: Int, _ failure: Failure, at place: JobPlace? = nil
  ) -> [Event] {
    finish(cell, at: place).map { [.failed(failure, $0)] } ?? []
  }

  private mutating func finish(_ cell: Int, at place: JobPlace? = nil) -> Ended? {
    guard let current = running.removeValue(forKey: cell) else { return nil }
    release(cell)
    return Ended(
      attempt: place?.attempt ?? current.attempt, started: place?.started ?? current.started,
      seconds: place?.seconds ?? (clock() - current.began), place: place)
  }
}
