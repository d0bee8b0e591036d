internal import Store

/// The pool of workers that the job loop uses; tests supply one without processes.
protocol JobPool {
  /// Sends a job to a free worker.
  mutating func start(_ job: WorkerJob, for cell: Int) throws(RunError)
  /// The replies that arrived for a cell, and whether its worker closed its pipe.
  mutating func receive(for cell: Int) -> (replies: [WorkerReply], closed: Bool)
  /// Takes back a worker that finished its job.
  mutating func release(_ cell: Int)
  /// Waits for a worker that closed its pipe; returns how it ended.
  mutating func reap(_ cell: Int) -> ProcessEnd?
  /// Kills the worker of a cell; returns how it ended.
  @discardableResult
  mutating func end(_ cell: Int) -> ProcessEnd?
  /// Ends all workers; busy ones are first asked to stop and get a grace period, in seconds.
  ///
  /// Returns how the busy ones ended, by cell.
  @discardableResult
  mutating func endAll(grace: Double) -> [Int: ProcessEnd]
  /// Waits until a worker or the descriptor has something to read, or the timeout expires.
  func wait(also descriptor: Int32, milliseconds: Int32) -> (cells: [Int], other: Bool)
}
