public import PipelineDSL
public import Store

/// A run that is ready to start: its request is checked, the store and the record are open, and
/// garbage collection spares what it uses.
public struct PreparedRun {
  /// The request.
  public private(set) var request: RunRequest
  /// The record.
  public let records: RunRecords
  /// The cached results, each protected from garbage collection once the run looks it up.
  public let cache: ActionCache
  private let catalogue: Catalogue
  private let index: FileIndex
  private let live: LiveRun

  /// Prepares a run; `select` chooses the targets and the cells that are forced.
  ///
  /// Throws before anything is written if this machine cannot provide the resources; later if the
  /// store or the record cannot be used, or if `select` throws.
  public init(
    _ request: RunRequest, storeRoot: String, recordPath: String, catalogue: Catalogue,
    select: (RunRecords) throws -> (targets: [Int], forced: Set<Int>)
  ) throws {
    try request.requireResources()
    let store = ActionCache(ObjectStore(try StoreLayout(root: storeRoot)))
    live = try LiveRun(request.run, record: recordPath, in: store.layout)
    cache = store.kept(by: live)
    index = FileIndex(path: cache.layout.index)
    self.catalogue = catalogue
    self.request = request
    // The digest of the program distinguishes builds of the same version.
    let program = try LocationScanner.snapshot(of: request.executable, index: index, threads: 1)
    self.request.facts["assay-digest"] = program.entries.first?.digest.hex ?? ""
    self.request.facts["sqlite"] = RunRecords.libraryVersion
    records = try RunRecords(path: recordPath, create: true)
    let selection = try select(records)
    self.request.targets = selection.targets
    self.request.forced = selection.forced
  }

  /// Reads every location of the cells of the run; nothing is decided yet.
  public func board() throws(RunError) -> PlanBoard {
    try PlanBoard.read(
      request.pipeline, targets: request.targets, forced: request.forced, catalogue: catalogue,
      cache: cache, index: index, threads: request.machine.processors)
  }

  /// The usual seconds of the cells of a board on this machine, from the latest executions of their
  /// kinds; those of other kinds are left out.
  public func usualSeconds(_ board: PlanBoard) -> [String: Double] {
    let reader = LoadReader(cache.objects)
    let kinds = Set(board.wanted.map { board.pipeline.cells[$0].kind })
    // An estimate is a help, so that a record which cannot be read does not matter here.
    guard
      let history = try? WorkHistory(
        of: kinds, host: Machine.description["host"] ?? "", catalogue: catalogue, cache: cache,
        records: records, reader: reader, runs: Self.estimateRuns)
    else { return [:] }
    let items = PlannedWork(board, history: history, reader: reader).items
    let seconds = items.compactMap { item in
      CellEstimate(item, from: history.executions[item.cell.kind] ?? [])
        .map { (item.cell.name, $0.seconds) }
    }
    return Dictionary(seconds) { first, _ in first }
  }

  /// The maximum number of runs from which usual times are read: a run does not wait for more.
  private static let estimateRuns = 8

  /// Runs the cells of a board to the end; `observe` is called with everything that happens.
  public func execute(
    _ board: PlanBoard, observe: @escaping (RunEvent) -> Void
  ) throws -> RunOutcome {
    var coordinator = try Coordinator(
      request, board: board, catalogue: catalogue, cache: cache, records: records,
      stop: try StopSignal(), usual: { [self] in usualSeconds(board) }, observe: observe)
    try ProjectRoots.refresh(records, in: cache.layout)
    return try coordinator.execute()
  }

  /// Adds what the run used to what the project keeps.
  ///
  /// If that fails, as on a full disk, the run's own list protects it until the next run adds it.
  public func keepResults() throws(StoreError) { try live.end(records) }
}

extension RunRequest {
  /// Throws if this machine, or no node of the cluster, can provide the resources of a stage.
  public func requireResources() throws(RunError) {
    let refused = try checkResources().refused + refusedByCluster()
    if !refused.isEmpty { throw .resources(refused) }
  }
}

extension RunRequest {
  /// What the cluster of the profile cannot provide; empty without one.
  private func refusedByCluster() throws(RunError) -> [String] {
    guard profile.executor == .slurm else { return [] }
    let words = ["sinfo", "-h", "-N", "-o", SlurmNodes.format]
    var answer = ClusterCommand(words, environment: environment).wait(seconds: 30)
    // A controller that restarts is away for seconds.
    for _ in 0..<3 where answer.exit != 0 && answer.exit != 127 {
      answer = ClusterCommand(words, environment: environment).wait(seconds: 30)
    }
    guard answer.exit == 0 else {
      throw .refused("Slurm cannot be asked for its nodes: \(answer.message)")
    }
    return SlurmNodes(answer.output).refused(pipeline, profile)
  }
}

extension PlanBoard {
  /// Reads every location of the targets and of the cells they need, except of those that cannot
  /// run because data are missing; nothing is decided yet.
  public static func read(
    _ pipeline: Pipeline, targets: [Int], forced: Set<Int> = [], catalogue: Catalogue,
    cache: ActionCache, index: FileIndex, threads: Int
  ) throws(RunError) -> PlanBoard {
    let wanted = pipeline.closure(of: targets)
    let missing = try MissingData(wanted, of: pipeline, catalogue: catalogue)
    let readable = missing.blocked.isEmpty ? wanted : wanted.filter { missing.blocked[$0] == nil }
    let locations = try LocationBook.read(
      for: readable, of: pipeline, catalogue: catalogue, index: index, objects: cache.objects,
      threads: threads)
    return PlanBoard(
      pipeline: pipeline, targets: targets, forced: forced, catalogue: catalogue, cache: cache,
      locations: locations, missingData: missing, threads: threads)
  }
}
