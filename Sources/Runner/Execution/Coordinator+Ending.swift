internal import Foundation
internal import PipelineDSL
internal import Store

/// How a cell ends: with a result, with a failure, or not at all.
extension Coordinator {
  mutating func finish(
    _ index: Int, _ result: WorkerResult, _ job: JobRunner.Ended
  ) throws(RunError) {
    guard let current = running.removeValue(forKey: index) else { return }
    let cell = request.pipeline.cells[index]
    let record = record(of: cell, key: current.key, result)
    let kept = try publish(record, cell)
    cache.live?.note(current.key.digest, seconds: job.seconds)
    board.finish(index, kept)
    observe(.executed(cell: cell.name, kept, seconds: job.seconds))
    try recorder.executed(
      cell, kept, reason: current.reason, attempt: current.attempt, job, usage: result.usage,
      log: result.log, observe)
    sweeper.remove(job.attempt)
    // If another run took over the lease, it is using the state now.
    if leases.release(current.key.digest) {
      try? FileManager.default.removeItem(atPath: cache.layout.state(for: current.key.digest))
    }
    try settle(index, kept)
  }

  /// Continues with the cells that depend on a finished cell and with those that share its key.
  mutating func settle(_ index: Int, _ kept: KeyRecord) throws(RunError) {
    var ready = board.settle(index)
    for other in sameKey.removeValue(forKey: kept.key) ?? [] {
      // Not decided again, because a forced cell would run a second time.
      board.share(kept, with: other)
      observe(.hit(cell: request.pipeline.cells[other].name, kept))
      try recorder.hit(request.pipeline.cells[other], kept, observe)
      ready += board.settle(other)
    }
    try decide(ready)
  }

  private func record(of cell: Cell, key: StageKey, _ result: WorkerResult) -> KeyRecord {
    let types = Dictionary(
      uniqueKeysWithValues: cell.ports.outputs.map { ($0.name, $0.type) })
    return KeyRecord(
      kind: cell.kind, revision: catalogue[cell.kind]?.revision ?? 0, preImage: key.preimage,
      artifacts: Dictionary(
        uniqueKeysWithValues: result.artifacts.compactMap { port, artifact in
          types[port].map {
            (port, KeyRecord.Artifact(type: $0, digest: artifact.digest, bytes: artifact.bytes))
          }
        }),
      metrics: result.metrics, warnings: result.warnings, log: result.log)
  }

  /// Publishes a result; if the key already has a different result, that one is kept and both are
  /// recorded.
  mutating func publish(_ record: KeyRecord, _ cell: Cell) throws(RunError) -> KeyRecord {
    let publication: ActionCache.Publication
    do throws(StoreError) { publication = try cache.publish(record) } catch { throw .store(error) }
    switch publication {
    case .published: return record
    // Hits show the warnings and the log of the first result.
    case .identical: return (try? cache.record(record.key)) ?? record
    case .replaced(let earlier):
      try reportDivergence(cell, from: earlier, to: record)
      return record
    case .divergent(let existing):
      try reportDivergence(cell, from: existing, to: record)
      return existing
    }
  }

  mutating func reportDivergence(
    _ cell: Cell, from existing: KeyRecord, to found: KeyRecord
  ) throws(RunError) {
    let divergences = Divergences(existing: cache.objects, found: cache.objects)
    for row in divergences.rows(from: existing, to: found, cell: cell, run: run) {
      observe(.diverged(row))
      try recorder.diverged(row)
    }
  }

  mutating func fail(
    _ index: Int, _ failure: JobRunner.Failure, _ job: JobRunner.Ended
  ) throws(RunError) {
    guard let current = running.removeValue(forKey: index) else { return }
    // Reported before it is recorded, so that waiting runs need not also wait for the record.
    leases.fail(
      current.key.digest, reason: failure.reason, hint: failure.hint,
      attempt: cache.layout.relativeAttempt(job.attempt), limit: failure.limit)
    let cell = request.pipeline.cells[index]
    let (report, log) = report(
      cell, reason: failure.reason, hint: failure.hint, attempt: job.attempt)
    failures.append(report)
    observe(.failed(report))
    try recorder.failed(
      cell, key: current.key.digest, report, attempt: current.attempt, job, failure, log: log)
    try loseDependents(index, current.key.digest)
  }

  /// The report of a failed attempt, and the digest of its complete log, stored as an object.
  ///
  /// On a full disk, which may be why the attempt failed, only the log is lost from the record.
  func report(
    _ cell: Cell, reason: String, hint: String?, attempt: String
  ) -> (report: StageReport, log: Digest?) {
    let log = (try? String(contentsOfFile: attempt + "/log", encoding: .utf8)) ?? ""
    let report = StageReport(
      cell: cell.name, reason: reason, hint: hint, log: LogTail.lines(of: log), attempt: attempt)
    return (report, log.isEmpty ? nil : try? cache.objects.write(Array(log.utf8)))
  }

  /// Skips the cells that depend on a failed cell or share its key and, with `failFast`, all cells
  /// that have not started.
  mutating func loseDependents(_ index: Int, _ key: Digest) throws(RunError) {
    let cell = request.pipeline.cells[index]
    try skip(board.lose(index), because: "'\(cell.name)' failed")
    for other in sameKey.removeValue(forKey: key) ?? [] {
      try lose(other, because: "'\(cell.name)', which has the same key, failed")
    }
    if request.failFast {
      let unstarted = jobs.drain() + waiting.keys.sorted()
      waiting = [:]
      for next in unstarted {
        let same = board.keys[next].flatMap { sameKey.removeValue(forKey: $0) } ?? []
        for lost in [next] + same {
          try lose(lost, because: Self.failFastReason(cell.name))
        }
      }
    }
  }

  /// Skips the cells that need a location that does not exist, before any other cell starts.
  mutating func skipCellsWithoutData() throws(RunError) {
    guard !board.missingData.blocked.isEmpty else { return }
    observe(.missing(board.missingData))
    try recorder.missing(board.missingData, request.pipeline)
  }

  mutating func lose(_ index: Int, because reason: String) throws(RunError) {
    try skip([index] + board.lose(index), because: reason)
  }

  mutating func skip(_ cells: [Int], because reason: String) throws(RunError) {
    let cells = cells.map { request.pipeline.cells[$0] }
    for cell in cells { observe(.skipped(cell: cell.name, because: reason)) }
    try recorder.skipped(cells, because: reason)
  }

  /// Ends all jobs after a signal; jobs that ended just before are recorded with their own outcome.
  mutating func interrupt(
    after events: [(cell: Int, event: JobRunner.Event)]
  ) throws(RunError) {
    interrupted = true
    let reason = "the run was interrupted"
    for (index, event) in events {
      switch event {
      case .progress, .metrics: continue
      case .done, .failed: try handle(event, of: index)
      }
    }
    if jobs.hasRemoteJobs, request.onInterrupt(jobs.remoteCount) == .leave {
      try leaveJobs(because: reason + ", and its job was left in the queue")
    }
    for (index, job, end) in jobs.endAll(grace: 3) {
      try stop(index, job, end: end, because: reason)
    }
    try skipUnstarted(because: reason)
  }

  /// Ends the run while jobs of a cluster stay in its queue.
  ///
  /// Their leases are released: the next run that needs a key takes its job over.
  mutating func leaveJobs(because reason: String) throws(RunError) {
    let left = jobs.leaveRemoteJobs()
    for (index, job) in left { try stop(index, job, end: nil, because: reason) }
    for note in jobs.takeNotes() { observe(.note(note)) }
    let count = left.count == 1 ? "1 job" : "\(left.count) jobs"
    observe(.note("\(count) left in the queue; 'assay attach \(run)' waits for the results"))
    if detached { try skipUnstarted(because: "it needs a job that was left in the queue") }
  }

  /// Records a cell that ran when the run ended.
  private mutating func stop(
    _ index: Int, _ job: JobRunner.Ended, end: ProcessEnd?, because reason: String
  ) throws(RunError) {
    guard let current = running.removeValue(forKey: index) else { return }
    stopped.insert(index)
    let cell = request.pipeline.cells[index]
    observe(.interrupted(cell: cell.name))
    try recorder.interrupted(
      cell, key: current.key.digest, reason: reason, attempt: current.attempt, job, end: end)
  }

  /// Records the cells that did not start, so that `--only-failed` includes them; they are not
  /// shown, because there may be many.
  private mutating func skipUnstarted(because reason: String) throws(RunError) {
    let unstarted = board.wanted.filter { board.isUndone($0) && !stopped.contains($0) }
    try recorder.skipped(unstarted.map { request.pipeline.cells[$0] }, because: reason)
    waiting = [:]
  }
}
