internal import Foundation
public import PipelineDSL
public import Store

/// Runs what has to run: decides cells, hands jobs to workers, publishes and records results.
///
/// One thread and one loop; workers are processes and speak through pipes, so there is no shared
/// state to guard.
public struct Coordinator: ~Copyable {
  /// A cell that a worker is at.
  private struct Running {
    let key: StageKey
    let reason: String
    let began: Double
    let started: Double
    let attempt: String
    let deadline: Double?
  }

  private let request: RunRequest
  private let catalogue: Catalogue
  private let cache: ActionCache
  private let observe: (RunEvent) -> Void
  private let stop: StopSignal
  private let run: String
  private var board: PlanBoard
  private var scheduler: Scheduler
  private var pool: WorkerPool
  private var recorder: RunRecorder
  private let explainer: RunExplainer
  private var running: [Int: Running] = [:]
  /// Cells that wait for another cell of this run with the same key.
  private var twins: [Digest: [Int]] = [:]
  private var failures: [StageReport] = []
  private var stopping = false

  /// A coordinator over a board of cells; `observe` is told all that happens.
  public init(
    _ request: RunRequest, board: consuming PlanBoard, catalogue: Catalogue, cache: ActionCache,
    records: RunRecords, stop: consuming StopSignal, observe: @escaping (RunEvent) -> Void
  ) throws(RunError) {
    (self.request, self.catalogue, self.cache) = (request, catalogue, cache)
    self.observe = observe
    self.stop = stop
    run = request.run
    scheduler = Scheduler(machine: request.machine, jobs: request.jobs)
    pool = WorkerPool(executable: request.executable, environment: request.environment)
    explainer = RunExplainer(
      pipeline: request.pipeline, cache: cache, records: records, observedRun: run)
    recorder = try RunRecorder(
      records, run: run, request: request, wanted: board.wanted, catalogue: catalogue)
    self.board = board
  }

  /// Runs to the end, to the first failure if asked so, or to a signal.
  public mutating func execute() throws(RunError) -> RunOutcome {
    let began = ProcessInfo.processInfo.systemUptime
    observe(.began(run: run, cells: board.wanted.count))
    for note in request.judgeResources().clamped { observe(.note(note)) }
    do throws(RunError) {
      try decide(board.roots)
      try loop()
    } catch {
      // Nothing may outlive the coordinator, whatever went wrong.
      pool.endAll(grace: 1)
      throw error
    }
    pool.endAll(grace: 1)
    let status: RunStatus =
      stopping ? .interrupted : failures.isEmpty && recorder.unmet.isEmpty ? .done : .failed
    let outcome = RunOutcome(
      run: run, status: status, counts: recorder.counts, failures: failures,
      unmet: recorder.unmet, seconds: ProcessInfo.processInfo.systemUptime - began)
    try recorder.end(status, exit: outcome.exit)
    return outcome
  }

  private mutating func loop() throws(RunError) {
    while !running.isEmpty || !scheduler.isIdle {
      cache.live?.beat()
      while let (cell, share) = scheduler.next({ request.pipeline.cells[$0].resources }) {
        try start(cell, share)
      }
      guard !running.isEmpty else { continue }
      let (cells, signalled) = pool.wait(also: stop.reading, milliseconds: 200)
      if signalled, stop.take() {
        try interrupt()
        return
      }
      for cell in cells { try listen(to: cell) }
      try endOverdue()
    }
  }

  // MARK: Deciding

  private mutating func decide(_ cells: [Int]) throws(RunError) {
    var stack = Array(cells.reversed())
    while let index = stack.popLast() {
      try board.decide(index)
      let cell = request.pipeline.cells[index]
      switch board.states[index] {
      case .hit(let record):
        observe(.hit(cell: cell.name, record))
        try recorder.hit(cell, record, observe)
        stack += board.settle(index).reversed()
      case .needed(let key, _):
        if twins[key.digest] != nil {
          twins[key.digest]?.append(index)
        } else if let failure = failures.first, request.failFast {
          try lose(index, because: "'\(failure.cell)' failed and --fail-fast was asked for")
        } else {
          twins[key.digest] = []
          scheduler.add(index)
        }
      default: continue
      }
    }
  }

  // MARK: Running

  private mutating func start(_ index: Int, _ share: Scheduler.Share) throws(RunError) {
    guard case .needed(let key, let missReason) = board.states[index] else { return }
    let cell = request.pipeline.cells[index]
    let reason = explainer.shortReason(for: cell, key: key, missReason: missReason)
    let safeName = cell.stage + (cell.coordinates.isEmpty ? "" : "@\(key.digest.short)")
    let attempt = "\(cache.layout.scratch)/\(run)/\(index)-\(safeName)"
    do {
      try FileManager.default.createDirectory(
        atPath: attempt, withIntermediateDirectories: true)
    } catch {
      throw .store(StoreError(path: attempt, "cannot be created: \(systemReason(of: error))"))
    }
    let job = try job(for: cell, key: key, threads: share.processors, attempt: attempt)
    try pool.start(job, for: index)
    let now = ProcessInfo.processInfo.systemUptime
    running[index] = Running(
      key: key, reason: reason, began: now, started: Date().timeIntervalSince1970,
      attempt: attempt, deadline: cell.resources.time.map { now + Double($0) })
    observe(.started(cell: cell.name, reason: reason, threads: share.processors))
  }

  private func job(
    for cell: Cell, key: StageKey, threads: Int, attempt: String
  ) throws(RunError) -> WorkerJob {
    var inputs: [WorkerJob.Input] = []
    for input in cell.inputs {
      guard let artifact = board.record(of: input.cell)?.artifacts[input.output] else { continue }
      inputs.append(
        WorkerJob.Input(
          port: input.port, digest: artifact.digest,
          stage: request.pipeline.cells[input.cell].name, coordinates: input.coordinates))
    }
    func reference(_ path: String, _ parameter: String) throws(RunError) -> WorkerJob.Snapshot {
      let snapshot = try board.locations.snapshot(path, of: cell.name, parameter)
      return WorkerJob.Snapshot(
        digest: snapshot.digest, root: snapshot.root, isFile: snapshot.isFile)
    }
    var locations: [String: WorkerJob.Snapshot] = [:]
    for (name, path) in cell.locations { locations[name] = try reference(path, name) }
    // A stage may always open what it names itself; what its ancestors name only if it says so,
    // since lists of 60,000 files are not worth reading for nothing.
    let opensAll = catalogue[cell.kind]?.opensOriginals == true
    let openable = opensAll ? request.pipeline.closure(of: [cell.index]).sorted() : [cell.index]
    var originals: [WorkerJob.Snapshot] = []
    for ancestor in openable.map({ request.pipeline.cells[$0] }) {
      for (name, path) in ancestor.locations.sorted(by: { $0.key < $1.key }) {
        let snapshot = try reference(path, name)
        if !originals.contains(snapshot) { originals.append(snapshot) }
      }
    }
    return WorkerJob(
      cell: cell.name, kind: cell.kind, parameters: cell.allParameters, seed: cell.seed ?? 0,
      threads: threads, inputs: inputs, locations: locations, originals: originals,
      outputs: cell.ports.outputs.map(\.name), store: cache.layout.root, attempt: attempt,
      state: cache.layout.state(for: key.digest), memo: request.memo)
  }

  private mutating func listen(to index: Int) throws(RunError) {
    guard let current = running[index] else { return }
    let cell = request.pipeline.cells[index]
    let (replies, closed) = pool.receive(for: index)
    for reply in replies {
      switch reply {
      case .progress(let progress):
        let seconds = ProcessInfo.processInfo.systemUptime - current.began
        observe(.progress(cell: cell.name, progress, seconds: seconds))
      case .warning(let text): observe(.note("\(cell.name): \(text)"))
      case .done(let result):
        pool.release(index)
        try finish(index, result)
        return
      case .failed(let reason, let mend, let usage):
        pool.release(index)
        try fail(index, reason: reason, mend: mend, usage: usage)
        return
      }
    }
    if closed {
      let how = pool.bury(index)
      try fail(
        index, reason: "its worker ended before the stage did: \(how)",
        mend: "look at the end of the log", usage: WorkerUsage())
    }
  }

  private mutating func endOverdue() throws(RunError) {
    let now = ProcessInfo.processInfo.systemUptime
    for (index, current) in running.sorted(by: { $0.key < $1.key }) {
      guard let deadline = current.deadline, now > deadline else { continue }
      pool.end(index)
      let limit = request.pipeline.cells[index].resources.time ?? 0
      try fail(
        index, reason: "it took longer than its limit of \(limit) s",
        mend: "raise \"time\" in its resources; a stage with state goes on where it was",
        usage: WorkerUsage())
    }
  }

  // MARK: Ending

  private mutating func finish(_ index: Int, _ result: WorkerResult) throws(RunError) {
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
      usage: result.usage, observe)
    try? FileManager.default.removeItem(atPath: current.attempt)
    try? FileManager.default.removeItem(atPath: cache.layout.state(for: current.key.digest))
    let waiting = twins.removeValue(forKey: current.key.digest) ?? []
    var ready = board.settle(index)
    for twin in waiting {
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
  private mutating func publish(_ record: KeyRecord, _ cell: Cell) throws(RunError) -> KeyRecord {
    let publication: ActionCache.Publication
    do throws(StoreError) { publication = try cache.publish(record) } catch { throw .store(error) }
    switch publication {
    case .published, .identical: return record
    case .replaced(let earlier):
      try reportDivergence(cell, from: earlier, to: record)
      return record
    case .divergent(let existing):
      try reportDivergence(cell, from: existing, to: record)
      return existing
    }
  }

  private mutating func reportDivergence(
    _ cell: Cell, from existing: KeyRecord, to found: KeyRecord
  ) throws(RunError) {
    for (port, artifact) in existing.artifacts.sorted(by: { $0.key < $1.key }) {
      guard let other = found.artifacts[port], other.digest != artifact.digest else { continue }
      observe(
        .diverged(
          cell: cell.name, port: port, existing: artifact.digest, found: other.digest))
      try recorder.diverged(
        cell, key: found.key, port: port, existing: artifact.digest, found: other.digest)
    }
  }

  private mutating func fail(
    _ index: Int, reason: String, mend: String?, usage: WorkerUsage
  ) throws(RunError) {
    guard let current = running.removeValue(forKey: index) else { return }
    scheduler.release(index)
    let cell = request.pipeline.cells[index]
    let log = (try? String(contentsOfFile: current.attempt + "/log", encoding: .utf8)) ?? ""
    let report = StageReport(
      cell: cell.name, reason: reason, mend: mend,
      log: log.split(separator: "\n").suffix(20).map(String.init), attempt: current.attempt)
    failures.append(report)
    observe(.failed(report))
    try recorder.failed(
      cell, key: current.key, reason: mend.map { "\(reason); \($0)" } ?? reason,
      started: current.started, seconds: ProcessInfo.processInfo.systemUptime - current.began,
      usage: usage, attempt: current.attempt, log: keepLog(log))
    try skip(board.lose(index), because: "'\(cell.name)' failed")
    for twin in twins.removeValue(forKey: current.key.digest) ?? [] {
      try lose(twin, because: "'\(cell.name)', which has the same key, failed")
    }
    if request.failFast {
      for waiting in scheduler.drain() {
        let same = board.keys[waiting].flatMap { twins.removeValue(forKey: $0.digest) } ?? []
        for lost in [waiting] + same {
          try lose(lost, because: "'\(cell.name)' failed and --fail-fast was asked for")
        }
      }
    }
  }

  /// Keeps a failed attempt's log beside those of results, so that the record can show it; a full
  /// disk, which may be why the attempt failed, only loses it from there.
  private func keepLog(_ text: String) -> Digest? {
    text.isEmpty ? nil : try? cache.objects.write(Array(text.utf8))
  }

  private mutating func lose(_ index: Int, because reason: String) throws(RunError) {
    try skip([index] + board.lose(index), because: reason)
  }

  private mutating func skip(_ cells: [Int], because reason: String) throws(RunError) {
    let cells = cells.map { request.pipeline.cells[$0] }
    for cell in cells { observe(.skipped(cell: cell.name, because: reason)) }
    try recorder.skipped(cells, because: reason)
  }

  private mutating func interrupt() throws(RunError) {
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
    running = [:]
  }
}
