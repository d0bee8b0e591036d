internal import Foundation
internal import PipelineDSL
internal import Store

/// Shares work with other runs on the same store, so that each key is computed by only one of them.
extension Coordinator {
  /// A cell whose key another run is computing.
  struct Waiting {
    let key: Digest
    /// When the wait began, and when to check next, in seconds on the monotonic clock.
    let since: Double
    var due: Double
    /// The holder of the lease that was last reported.
    var holder: Lease.Holder?
  }

  // MARK: Before a cell starts

  /// Takes the lease of a cell that is about to start.
  ///
  /// - Returns: `false` if the cell must not start now and its share of the machine was released:
  ///   it waits for another run, or a result or failure of that run has just arrived.
  mutating func claim(_ index: Int, _ key: Digest) throws(RunError) -> Bool {
    var taking = leases.take(key)
    if case .failed(let failure) = taking, !accepts(failure, index) { taking = leases.take(key) }
    switch taking {
    case .taken: break
    case .unavailable(let error): noteLack(error)
    case .held(let holder):
      jobs.release(index)
      wait(index, key, for: holder)
      return false
    case .failed(let failure):
      jobs.release(index)
      try fail(index, key, with: failure)
      return false
    }
    // Looked up again: a result may have arrived between the decision and the lease.
    guard !board.forced.contains(index), case .hit(let record) = cache.lookup(key) else {
      return true
    }
    leases.release(key)
    jobs.release(index)
    try use(record, for: index)
    return false
  }

  private mutating func noteLack(_ error: StoreError) {
    guard !lacksLeases else { return }
    lacksLeases = true
    observe(.note("\(error); another run at the same time may compute the same results"))
  }

  // MARK: While cells wait

  /// How long the loop may sleep, in milliseconds.
  var patience: Int32 {
    guard let due = waiting.values.map(\.due).min() else { return 200 }
    let left = (due - clock()) * 1000
    return Int32(max(1, min(200, left.rounded(.up))))
  }

  /// When to check again: often at first, since many cells are short, and less often if many wait.
  private func nextLook(since: Double) -> Double {
    let now = clock()
    let interval = max(0.005, min(0.1, (now - since) / 4))
    return now + interval * max(1, Double(waiting.count) / 100)
  }

  private mutating func wait(_ index: Int, _ key: Digest, for holder: Lease.Holder?) {
    let now = clock()
    waiting[index] = Waiting(key: key, since: now, due: nextLook(since: now), holder: holder)
    observe(.waiting(cell: request.pipeline.cells[index].name, on: holder))
  }

  /// Checks the leases of the waiting cells that are due.
  mutating func lookAtWaiting() throws(RunError) {
    guard !waiting.isEmpty else { return }
    let now = clock()
    for index in waiting.filter({ $0.value.due <= now }).keys.sorted() {
      // The failure of one cell may have ended the wait of all others.
      guard let cell = waiting[index] else { continue }
      switch leases.look(cell.key) {
      case .held(let holder):
        let due = nextLook(since: cell.since)
        waiting[index]?.due = due
        guard let holder, holder.nonce != cell.holder?.nonce else { continue }
        waiting[index]?.holder = holder
        observe(.waiting(cell: request.pipeline.cells[index].name, on: holder))
      case .failed(let failure):
        waiting[index] = nil
        if accepts(failure, index) {
          try fail(index, cell.key, with: failure)
        } else {
          jobs.add(index)
        }
      case .free:
        waiting[index] = nil
        if !board.forced.contains(index), case .hit(let record) = cache.lookup(cell.key) {
          try use(record, for: index)
        } else {
          jobs.add(index)
        }
      }
    }
  }

  // MARK: After waiting

  /// Uses a result that another run produced.
  private mutating func use(_ record: KeyRecord, for index: Int) throws(RunError) {
    leases.forget(record.key)
    board.share(record, with: index)
    observe(.hit(cell: request.pipeline.cells[index].name, record))
    try recorder.hit(request.pipeline.cells[index], record, observe)
    // A forced cell with the same key runs now.
    let forced = sameKey[record.key]?.filter { board.forced.contains($0) } ?? []
    sameKey[record.key]?.removeAll { forced.contains($0) }
    try settle(index, record)
    try decide(forced)
  }

  /// Whether a failure in another run also counts as a failure of this run's cell.
  ///
  /// A forced cell, or one that may run longer than the time limit exceeded there, runs itself.
  private func accepts(_ failure: Lease.Failure, _ index: Int) -> Bool {
    guard !board.forced.contains(index) else { return false }
    guard let limit = failure.limit else { return true }
    return request.pipeline.cells[index].resources.time.map { $0 <= limit } ?? false
  }

  private mutating func fail(
    _ index: Int, _ key: Digest, with failure: Lease.Failure
  ) throws(RunError) {
    let cell = request.pipeline.cells[index]
    let attempt = cache.layout.scratch + "/" + failure.attempt
    let reason =
      "the run \(failure.run) on \(failure.host), which computed the same key, failed: "
      + failure.reason
    let (report, log) = report(cell, reason: reason, hint: failure.hint, attempt: attempt)
    failures.append(report)
    observe(.failed(report))
    try recorder.failedElsewhere(cell, key: key, report, log: log)
    try loseDependents(index, key)
  }
}
