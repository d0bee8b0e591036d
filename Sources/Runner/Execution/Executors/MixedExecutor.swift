internal import Store

/// Two executors side by side: cells of local stages run on this machine, all others elsewhere.
struct MixedExecutor: Executor {
  private var local: any Executor
  private var far: any Executor

  /// Cells for which `far.isRemote` holds go to `far`, the others to `local`.
  init(local: any Executor, far: any Executor) { (self.local, self.far) = (local, far) }

  /// Calls a closure with the executor of a cell.
  private mutating func with<Value>(
    _ cell: Int, _ body: (inout any Executor) -> Value
  ) -> Value {
    isRemote(cell) ? body(&far) : body(&local)
  }

  mutating func start(_ job: WorkerJob, for cell: Int) throws(RunError) {
    if isRemote(cell) { try far.start(job, for: cell) } else { try local.start(job, for: cell) }
  }

  mutating func receive(for cell: Int) -> (replies: [WorkerReply], closed: Bool) {
    with(cell) { $0.receive(for: cell) }
  }

  mutating func release(_ cell: Int) { with(cell) { $0.release(cell) } }
  mutating func reap(_ cell: Int) -> ProcessEnd? { with(cell) { $0.reap(cell) } }
  mutating func end(_ cell: Int) -> ProcessEnd? { with(cell) { $0.end(cell) } }

  mutating func endAll(grace: Double) -> [Int: ProcessEnd] {
    far.endAll(grace: grace).merging(local.endAll(grace: grace)) { $1 }
  }

  mutating func wait(also descriptor: Int32, milliseconds: Int32) -> (cells: [Int], other: Bool) {
    // The far one looks at what is there; the local one waits, because its news come by pipe.
    let news = far.wait(also: -1, milliseconds: 0).cells
    let (cells, other) = local.wait(
      also: descriptor, milliseconds: news.isEmpty ? min(milliseconds, 100) : 0)
    return (news + cells, other)
  }

  var remote: RemoteShare? { far.remote }
  func isRemote(_ cell: Int) -> Bool { far.isRemote(cell) }
  func place(of cell: Int) -> JobPlace? { isRemote(cell) ? far.place(of: cell) : nil }
  var isSubmitted: Bool { far.isSubmitted }
  mutating func leave() { far.leave() }
  mutating func takeNotes() -> [String] { far.takeNotes() }
}
