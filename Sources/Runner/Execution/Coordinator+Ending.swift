internal import Foundation
internal import PipelineDSL
internal import Store

/// How a cell ends: with a result, with a failure, or not at all.
extension Coordinator {
  mutating func finish(_ index: Int, _ result: WorkerResult) throws(RunError) {
    guard let current = running.removeValue(forKey: index) else { return }
    scheduler.release(index)
    let cell = request.pipeline.cells[index]
    let seconds = ProcessInfo.processInfo.systemUptime - current.began
    let record = record(of: cell, key: current.key, result)
    let kept = try publish(record, cell)
    cache.live?.note(current.key.digest, seconds: seconds)
    board.finish(index, kept)
    observe(.executed(cell: cell.name, kept, seconds: seconds))
    try recorder.executed(
      cell, kept, reason: current.reason, started: current.started, seconds: seconds,
      usage: result.usage, log: result.log, observe)
    sweeper.remove(current.attempt)
    // Whoever took the lease over works on the state now.
    if leases.release(current.key.digest) {
      try? FileManager.default.removeItem(atPath: cache.layout.state(for: current.key.digest))
    }
    try settle(index, kept)
  }

  /// Goes on with what needed a cell that has its result, and with the cells of the same key.
  mutating func settle(_ index: Int, _ kept: KeyRecord) throws(RunError) {
    var ready = board.settle(index)
    for twin in twins.removeValue(forKey: kept.key) ?? [] {
      // Not decided anew, since a forced twin would run once more.
      board.share(kept, with: twin)
      observe(.hit(cell: request.pipeline.cells[twin].name, kept))
      try recorder.hit(request.pipeline.cells[twin], kept, observe)
      ready += board.settle(twin)
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

  /// Publishes a result; of two that differ under one key the first stands, and both are recorded.
  mutating func publish(_ record: KeyRecord, _ cell: Cell) throws(RunError) -> KeyRecord {
    let publication: ActionCache.Publication
    do throws(StoreError) { publication = try cache.publish(record) } catch { throw .store(error) }
    switch publication {
    case .published: return record
    // What stands is what hits will show: the first one's warnings and log.
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
    _ index: Int, reason: String, hint: String?, usage: WorkerUsage, limit: Int? = nil
  ) throws(RunError) {
    guard let current = running.removeValue(forKey: index) else { return }
    scheduler.release(index)
    // Told before it is recorded, so that those who wait need not wait for that as well.
    leases.fail(
      current.key.digest, reason: reason, hint: hint,
      attempt: String(current.attempt.dropFirst(cache.layout.scratch.utf8.count + 1)), limit: limit)
    let cell = request.pipeline.cells[index]
    let log = (try? String(contentsOfFile: current.attempt + "/log", encoding: .utf8)) ?? ""
    let report = StageReport(
      cell: cell.name, reason: reason, hint: hint,
      log: log.split(separator: "\n").suffix(20).map(String.init), attempt: current.attempt)
    failures.append(report)
    observe(.failed(report))
    try recorder.failed(
      cell, key: current.key, reason: hint.map { "\(reason); \($0)" } ?? reason,
      started: current.started, seconds: ProcessInfo.processInfo.systemUptime - current.began,
      usage: usage, attempt: current.attempt, log: keepLog(log))
    try loseDependents(index, current.key.digest)
  }

  /// Gives up what needs a failed cell or has its key and, if asked so, all that has not begun.
  mutating func loseDependents(_ index: Int, _ key: Digest) throws(RunError) {
    let cell = request.pipeline.cells[index]
    try skip(board.lose(index), because: "'\(cell.name)' failed")
    for twin in twins.removeValue(forKey: key) ?? [] {
      try lose(twin, because: "'\(cell.name)', which has the same key, failed")
    }
    if request.failFast {
      let unstarted = scheduler.drain() + waiting.keys.sorted()
      waiting = [:]
      for next in unstarted {
        let same = board.keys[next].flatMap { twins.removeValue(forKey: $0.digest) } ?? []
        for lost in [next] + same {
          try lose(lost, because: "'\(cell.name)' failed and --fail-fast was asked for")
        }
      }
    }
  }

  /// Keeps a failed attempt's log beside those of results, so that the record can show it; a full
  /// disk, which may be why the attempt failed, only loses it from there.
  func keepLog(_ text: String) -> Digest? {
    text.isEmpty ? nil : try? cache.objects.write(Array(text.utf8))
  }

  mutating func lose(_ index: Int, because reason: String) throws(RunError) {
    try skip([index] + board.lose(index), because: reason)
  }

  mutating func skip(_ cells: [Int], because reason: String) throws(RunError) {
    let cells = cells.map { request.pipeline.cells[$0] }
    for cell in cells { observe(.skipped(cell: cell.name, because: reason)) }
    try recorder.skipped(cells, because: reason)
  }

  mutating func interrupt() throws(RunError) {
    stopping = true
    pool.endAll(grace: 3)
    for (index, current) in running.sorted(by: { $0.key < $1.key }) {
      let cell = request.pipeline.cells[index]
      observe(.interrupted(cell: cell.name))
      try recorder.interrupted(
        cell, key: current.key, started: current.started,
        seconds: ProcessInfo.processInfo.systemUptime - current.began, attempt: current.attempt)
    }
    // Recorded as well, so that `--only-failed` takes them up; not shown, since they may be many.
    let unstarted = board.wanted.filter { board.isUndone($0) && running[$0] == nil }
    try recorder.skipped(
      unstarted.map { request.pipeline.cells[$0] }, because: "the run was stopped")
    (running, waiting) = ([:], [:])
  }
}
