internal import Foundation
public import PipelineDSL
public import Store

/// Executes a run: decides cells, takes leases, hands out jobs, publishes and records results.
///
/// One thread and one loop. Workers are processes that communicate through pipes, so there is no
/// shared state to guard.
public struct Coordinator: ~Copyable {
  /// A cell whose job is running.
  struct Running {
    let key: StageKey
    let reason: String
    /// The number of the attempt at the key.
    let attempt: Int
  }

  let request: RunRequest
  let catalogue: Catalogue
  let cache: ActionCache
  let observe: (RunEvent) -> Void
  private let stop: StopSignal
  private let records: RunRecords
  let run: String
  let clock: () -> Double
  var board: PlanBoard
  var jobs: JobRunner
  var recorder: RunRecorder
  private let factory: JobFactory
  private let explainer: RunExplainer
  let sweeper = ScratchSweeper()
  var running: [Int: Running] = [:]
  /// Cells that wait for another cell of this run with the same key.
  var sameKey: [Digest: [Int]] = [:]
  var leases: LeaseFolder
  /// Cells that wait for another run to compute the same key; they hold no share of the machine.
  var waiting: [Int: Waiting] = [:]
  /// Whether it was reported that leases are unavailable.
  var lacksLeases = false
  var failures: [StageReport] = []
  var interrupted = false
  /// The cells that ran when the run ended.
  var stopped: Set<Int> = []
  /// Whether the run ended with its jobs in the queue of a cluster, as asked.
  var detached = false

  /// A coordinator over a board of cells; `usual` gives the usual seconds of cells by name, and
  /// `observe` is called with everything that happens.
  public init(
    _ request: RunRequest, board: consuming PlanBoard, catalogue: Catalogue, cache: ActionCache,
    records: RunRecords, stop: consuming StopSignal, usual: @escaping () -> [String: Double],
    observe: @escaping (RunEvent) -> Void
  ) throws(RunError) {
    let pool = Executors.make(request, catalogue: catalogue, layout: cache.layout, usual: usual)
    try self.init(
      request, board: board, catalogue: catalogue, cache: cache, records: records, stop: stop,
      pool: pool, clock: { ProcessInfo.processInfo.systemUptime }, observe: observe)
  }

  /// Creates a coordinator with a given pool and clock, for tests.
  init(
    _ request: RunRequest, board: consuming PlanBoard, catalogue: Catalogue, cache: ActionCache,
    records: RunRecords, stop: consuming StopSignal, pool: any Executor,
    clock: @escaping () -> Double, observe: @escaping (RunEvent) -> Void
  ) throws(RunError) {
    (self.request, self.catalogue, self.cache, self.records) = (request, catalogue, cache, records)
    (self.clock, self.observe) = (clock, observe)
    self.stop = stop
    run = request.run
    jobs = JobRunner(machine: request.machine, jobs: request.jobs, pool: pool, clock: clock)
    factory = JobFactory(
      pipeline: request.pipeline, catalogue: catalogue, store: cache.layout.root,
      locations: board.locations)
    explainer = RunExplainer(
      pipeline: request.pipeline, cache: cache, records: records, observedRun: run)
    leases = LeaseFolder(cache.layout, run: run, patience: request.leasePatience)
    recorder = try RunRecorder(
      records, run: run, request: request, wanted: board.wanted, catalogue: catalogue)
    self.board = board
  }

  /// Runs to the end, to the first failure with `failFast`, or to a signal.
  public mutating func execute() throws(RunError) -> RunOutcome {
    let began = clock()
    defer { sweeper.finish() }
    observe(.began(run: run, cells: board.wanted.count))
    for note in request.checkResources().clamped { observe(.note(note)) }
    do throws(RunError) {
      try skipCellsWithoutData()
      try decide(board.roots)
      try loop()
    } catch {
      // No worker or lease may outlive the coordinator, whatever happened; the jobs of a cluster
      // are left for the next run.
      _ = jobs.leaveRemoteJobs()
      jobs.endAll(grace: 1)
      leases.releaseAll()
      throw error
    }
    jobs.endAll(grace: 1)
    leases.releaseAll()
    let outcome = RunOutcome(
      run: run, status: status, counts: recorder.counts, missing: board.missingData,
      failures: failures,
      unmet: recorder.unmet, seconds: clock() - began)
    try recorder.end(status, exit: outcome.exit)
    return outcome
  }

  private var status: RunStatus {
    if interrupted { return .interrupted }
    if !failures.isEmpty { return .failed }
    if detached { return .detached }
    if !board.missingData.blocked.isEmpty { return .dataMissing }
    return recorder.unmet.isEmpty ? .done : .unmet
  }

  private mutating func loop() throws(RunError) {
    while jobs.isRunning || !jobs.isIdle || !waiting.isEmpty {
      cache.live?.beat()
      while let (cell, share) = jobs.next({ request.pipeline.cells[$0].resources }) {
        try start(cell, share)
      }
      guard jobs.isRunning || !waiting.isEmpty else { continue }
      let (events, signalled) = jobs.wait(also: stop.reading, milliseconds: patience)
      if signalled, stop.take() {
        try interrupt(after: events)
        return
      }
      for (cell, event) in events { try handle(event, of: cell) }
      for note in jobs.takeNotes() { observe(.note(note)) }
      observe(.tick)
      if request.detaches, jobs.canLeave {
        detached = true
        return try leaveJobs(because: "its job was left in the queue")
      }
      try lookAtWaiting()
      leases.beat()
    }
  }

  // MARK: Deciding

  mutating func decide(_ cells: [Int]) throws(RunError) {
    for batch in PlanBoard.batches(of: cells) { try decide(batch: batch) }
  }

  private mutating func decide(batch: [Int]) throws(RunError) {
    board.lookAhead(from: batch)
    for note in board.remote?.takeNotes() ?? [] { observe(.note(note)) }
    var stack = Array(batch.reversed())
    while let index = stack.popLast() {
      try board.decide(index)
      let cell = request.pipeline.cells[index]
      switch board.states[index] {
      case .hit(let record):
        observe(.hit(cell: cell.name, record))
        try recorder.hit(cell, record, observe)
        stack += board.settle(index).reversed()
      case .needed:
        guard let key = board.keys[index] else { continue }
        if sameKey[key] != nil {
          sameKey[key]?.append(index)
        } else if let failure = failures.first, request.failFast {
          try lose(index, because: Self.failFastReason(failure.cell))
        } else {
          sameKey[key] = []
          jobs.add(index)
        }
      default: continue
      }
    }
  }

  static func failFastReason(_ cell: String) -> String {
    "'\(cell)' failed, and the run stops at the first failure"
  }

  // MARK: Running

  private mutating func start(_ index: Int, _ share: Scheduler.Share) throws(RunError) {
    guard case .needed(let missReason) = board.states[index] else { return }
    let key = try board.stageKey(of: index)
    guard try claim(index, key.digest) else { return }
    let cell = request.pipeline.cells[index]
    let reason = explainer.shortReason(for: cell, key: key, missReason: missReason)
    let earlier: Int
    do throws(StoreError) { earlier = try records.attempts(at: key.digest) } catch {
      throw .store(error)
    }
    let safeName = cell.stage + (cell.coordinates.isEmpty ? "" : "@\(key.digest.short)")
    let place = JobFactory.Place(
      attempt: cache.layout.attempt("\(index)-\(safeName)", of: run),
      state: cache.layout.state(for: key.digest), memo: request.memo, key: key.digest)
    let job = try factory.job(
      for: cell, inputs: inputs(of: cell), threads: share.processors, at: place)
    try jobs.start(job, for: index, limit: cell.resources.time)
    running[index] = Running(
      key: key, reason: reason, attempt: max(leases.attempt(at: key.digest), earlier + 1))
    observe(.started(cell: cell.name, reason: reason, threads: share.processors))
  }

  private func inputs(of cell: Cell) -> [WorkerJob.Input] {
    cell.inputs.compactMap { input in
      board.record(of: input.cell)?.artifacts[input.output].map { artifact in
        WorkerJob.Input(
          port: input.port, digest: artifact.digest,
          stage: request.pipeline.cells[input.cell].name, coordinates: input.coordinates)
      }
    }
  }

  mutating func handle(_ event: JobRunner.Event, of index: Int) throws(RunError) {
    switch event {
    case .progress(let progress, let seconds):
      observe(
        .progress(cell: request.pipeline.cells[index].name, progress, seconds: seconds))
    case .metrics(let metrics):
      observe(.measured(cell: request.pipeline.cells[index].name, metrics))
    case .done(let result, let job): try finish(index, result, job)
    case .failed(let failure, let job): try fail(index, failure, job)
    }
  }
}
