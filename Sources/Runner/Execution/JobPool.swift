internal import Store

/// Workers that take jobs, as the job loop uses them; tests hand in a pool without processes.
protocol JobPool {
  /// Gives a job to a free worker.
  mutating func start(_ job: WorkerJob, for cell: Int) throws(RunError)
  /// The replies that arrived for a cell, and whether its worker closed its end.
  mutating func receive(for cell: Int) -> (replies: [WorkerReply], closed: Bool)
  /// Takes back a worker that finished its job.
  mutating func release(_ cell: Int)
  /// Waits for a worker that closed its end; returns how it ended.
  mutating func reap(_ cell: Int) -> ProcessEnd?
  /// Kills the worker of a cell; returns how it ended.
  @discardableResult
  mutating func end(_ cell: Int) -> ProcessEnd?
  /// Ends all workers; busy ones are asked first and have a grace period, in seconds.
  ///
  /// Returns how the busy ones ended, by cell.
  @discardableResult
  mutating func endAll(grace: Double) -> [Int: ProcessEnd]
  /// Waits until a worker or the descriptor has something to read, or the time is over.
  func wait(also descriptor: Int32, milliseconds: Int32) -> (cells: [Int], other: Bool)
}
