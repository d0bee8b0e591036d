internal import Foundation
public import PipelineDSL
public import Store

/// Runs what has to run: decides cells, hands jobs to workers, publishes and records results.
///
/// One thread and one loop; workers are processes and speak through pipes, so there is no shared
/// state to guard.
public struct Coordinator: ~Copyable {
  /// A cell that a worker is at.
  struct Running {
    let key: StageKey
    let reason: String
    let began: Double
    let started: Double
    let attempt: String
    let deadline: Double?
  }

  let request: RunRequest
  let catalogue: Catalogue
  let cache: ActionCache
  let observe: (RunEvent) -> Void
  private let stop: StopSignal
  let run: String
  var board: PlanBoard
  var scheduler: Scheduler
  var pool: WorkerPool
  var recorder: RunRecorder
  private let explainer: RunExplainer
  let sweeper = ScratchSweeper()
  var running: [Int: Running] = [:]
  /// Cells that wait for another cell of this run with the same key.
  var twins: [Digest: [Int]] = [:]
  var leases: LeaseFolder
  /// Cells that wait for another run which computes the same key; they hold no share of the machine.
  var waiting: [Int: Waiting] = [:]
  /// Whether it was said that leases cannot be kept.
  var lacksLeases = false
  var failures: [StageReport] = []
  var stopping = false

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
    leases = LeaseFolder(cache.layout, run: run, patience: request.leasePatience)
    recorder = try RunRecorder(
      records, run: run, request: request, wanted: board.wanted, catalogue: catalogue)
    self.board = board
  }

  /// Runs to the end, to the first failure if asked so, or to a signal.
  public mutating func execute() throws(RunError) -> RunOutcome {
    let began = ProcessInfo.processInfo.systemUptime
    defer { sweeper.finish() }
    observe(.began(run: run, cells: board.wanted.count))
    for note in request.judgeResources().clamped { observe(.note(note)) }
    do throws(RunError) {
      try decide(board.roots)
      try loop()
    } catch {
      // Nothing may outlive the coordinator, whatever went wrong.
      pool.endAll(grace: 1)
      leases.releaseAll()
      throw error
    }
    pool.endAll(grace: 1)
    leases.releaseAll()
    let status: RunStatus =
      stopping ? .interrupted : failures.isEmpty && recorder.unmet.isEmpty ? .done : .failed
    let outcome = RunOutcome(
      run: run, status: status, counts: recorder.counts, failures: failures,
      unmet: recorder.unmet, seconds: ProcessInfo.processInfo.systemUptime - began)
    try recorder.end(status, exit: outcome.exit)
    return outcome
  }

  private mutating func loop() throws(RunError) {
    while !running.isEmpty || !scheduler.isIdle || !waiting.isEmpty {
      cache.live?.beat()
      while let (cell, share) = scheduler.next({ request.pipeline.cells[$0].resources }) {
        try start(cell, share)
      }
      guard !running.isEmpty || !waiting.isEmpty else { continue }
      let (cells, signalled) = pool.wait(also: stop.reading, milliseconds: patience)
      if signalled, stop.take() {
        try interrupt()
        return
      }
      for cell in cells { try listen(to: cell) }
      try lookAtWaiting()
      leases.beat()
      try endOverdue()
    }
  }

  // MARK: Deciding

  mutating func decide(_ cells: [Int]) throws(RunError) {
    board.lookAhead(from: cells)
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
    guard try claim(index, key.digest) else { return }
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
      let (snapshot, digest) = try board.locations.content(path, of: cell.name, parameter)
      return WorkerJob.Snapshot(digest: digest, root: snapshot.root, isFile: snapshot.isFile)
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
      case .failed(let reason, let hint, let usage):
        pool.release(index)
        try fail(index, reason: reason, hint: hint, usage: usage)
        return
      }
    }
    if closed {
      let how = pool.bury(index)
      try fail(
        index, reason: "its worker ended before the stage did: \(how)",
        hint: "look at the end of the log", usage: WorkerUsage())
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
        hint: "raise \"time\" in its resources; a stage with state goes on where it was",
        usage: WorkerUsage(), limit: limit)
    }
  }
}
