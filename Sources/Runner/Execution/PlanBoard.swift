public import PipelineDSL
public import Store

/// The state of every cell of a run, and the only place that decides whether a cell is a hit.
///
/// A cell can be decided once every cell it needs has its artifacts; until then it is open.
public struct PlanBoard: Sendable {
  /// The state of a cell.
  public enum State: Sendable {
    /// Not decided: something it needs has no result yet.
    case open
    // Records are stored apart: most of a million cells may have none.
    /// Its result is cached.
    indirect case hit(KeyRecord)
    /// It must run, for this reason, which comes from the store.
    case needed(MissReason)
    /// It ran in this run and this is its result.
    indirect case executed(KeyRecord)
    /// It failed, was stopped, lacks data, or needs something that did or does.
    case lost
  }

  /// The pipeline.
  public let pipeline: Pipeline
  /// The cells of the run: the targets and all they need, in ascending order.
  public let wanted: [Int]
  /// The state of each cell of the pipeline, by index.
  public private(set) var states: [State]
  /// The digest of the key of each decided cell, by index; `stageKey(of:)` gives the whole key.
  public private(set) var keys: [Digest?]
  /// For each cell, the wanted cells that need it.
  private let dependents: IndexLists

  /// The missing locations, and the wanted cells that cannot run because of them.
  public let missingData: MissingData

  /// Where results come from that the store lacks, if a remote is used.
  public var remote: RemoteResults?

  let catalogue: Catalogue
  let cache: ActionCache
  let locations: LocationBook
  let forced: Set<Int>
  /// The number of threads that look up results.
  let threads: Int
  /// For each cell, how many of the cells it needs have no result yet.
  private var missing: [Int32]
  /// The keys and lookups of cells that are not decided yet.
  private var outlooks: [Int: Result<Outlook, RunError>] = [:]

  /// The digest of a cell's key, computed from the results it needs, and its lookup.
  private struct Outlook: Sendable {
    let key: Digest
    /// What the store holds under the key; `nil` for a forced cell, which is never a hit.
    let lookup: ActionCache.Lookup?
  }

  /// A board over the targets of a pipeline and all they need; forced cells are never hits.
  public init(
    pipeline: Pipeline, targets: [Int], forced: Set<Int>, catalogue: Catalogue, cache: ActionCache,
    locations: LocationBook, missingData: MissingData = .none, threads: Int = 1
  ) {
    (self.pipeline, self.catalogue, self.cache) = (pipeline, catalogue, cache)
    (self.locations, self.forced, self.threads) = (locations, forced, threads)
    self.missingData = missingData
    let cells = pipeline.closure(of: targets)
    wanted = cells
    states = Array(repeating: .open, count: pipeline.cells.count)
    for index in missingData.blocked.keys { states[index] = .lost }
    keys = Array(repeating: nil, count: pipeline.cells.count)
    missing = Array(repeating: 0, count: pipeline.cells.count)
    for index in cells { missing[index] = Int32(Self.needs(of: index, in: pipeline).count) }
    dependents = IndexLists(count: pipeline.cells.count) { add in
      for index in cells {
        for need in Self.needs(of: index, in: pipeline) { add(need, index) }
      }
    }
  }

  /// The distinct cells that a cell needs.
  private static func needs(of index: Int, in pipeline: Pipeline) -> Set<Int> {
    Set(pipeline.cells[index].inputs.lazy.map(\.cell))
  }

  /// The result of a cell, if there is one.
  public func record(of cell: Int) -> KeyRecord? {
    switch states[cell] {
    case .hit(let record), .executed(let record): record
    default: nil
    }
  }

  /// Whether a cell has yet to be decided or run.
  func isUndone(_ cell: Int) -> Bool {
    switch states[cell] {
    case .open, .needed: true
    default: false
    }
  }

  /// The wanted cells that need no others; deciding begins with them.
  var roots: [Int] { wanted.filter { missing[$0] == 0 && isUndone($0) } }

  /// Decides a cell whose inputs all have results.
  mutating func decide(_ index: Int) throws(RunError) {
    let outlook = try (outlooks.removeValue(forKey: index) ?? outlook(of: index)).get()
    keys[index] = outlook.key
    switch outlook.lookup {
    case nil: states[index] = .needed(.forced)
    case .hit(let record): states[index] = .hit(record)
    case .miss(let reason): states[index] = .needed(reason)
    }
  }

  /// Looks up results on several threads, for `decide` to use.
  ///
  /// It starts with the given cells, whose inputs must all have results, and goes on to cells that
  /// need only hits, level by level.
  mutating func lookAhead(from cells: [Int]) {
    var open = missing
    var level = cells.filter { outlooks[$0] == nil }
    while !level.isEmpty {
      var next: [Int] = []
      for (index, outlook) in zip(level, lookEverywhere(at: level)) {
        outlooks[index] = outlook
        guard case .success(let found) = outlook, case .hit? = found.lookup else { continue }
        for dependent in dependents[index] {
          open[dependent] -= 1
          if open[dependent] == 0, isUndone(dependent) { next.append(dependent) }
        }
      }
      level = next
    }
  }

  /// Looks up results here, and what is missing at the remote, which is asked once for all cells.
  private mutating func lookEverywhere(at cells: [Int]) -> [Result<Outlook, RunError>] {
    var found = look(at: cells)
    guard remote != nil else { return found }
    let missed: [(place: Int, key: Digest)] = found.enumerated().compactMap { place, outlook in
      guard case .success(let outlook) = outlook, case .miss? = outlook.lookup else { return nil }
      return (place, outlook.key)
    }
    let fetched = remote?.fetch(missed.map(\.key)) ?? []
    let places = missed.filter { fetched.contains($0.key) }.map(\.place)
    for (place, outlook) in zip(places, look(at: places.map { cells[$0] })) {
      found[place] = outlook
    }
    return found
  }

  private func look(at cells: [Int]) -> [Result<Outlook, RunError>] {
    let board = self
    return ParallelMap.run(cells.count, threads: threads) { board.outlook(of: cells[$0]) }
  }

  private func outlook(of index: Int) -> Result<Outlook, RunError> {
    do throws(RunError) {
      let key = try stageKey(of: index).digest
      let lookup = forced.contains(index) ? nil : cache.lookup(key)
      return .success(Outlook(key: key, lookup: lookup))
    } catch {
      return .failure(error)
    }
  }

  /// The key of a cell whose inputs all have results, with its pre-image.
  ///
  /// Computed again each time: the pre-images of all cells would take most of a plan's memory.
  public func stageKey(of index: Int) throws(RunError) -> StageKey {
    let cell = pipeline.cells[index]
    guard let kind = catalogue[cell.kind] else {
      throw .refused("unknown stage kind '\(cell.kind)'")
    }
    return StageKey(cell: cell, kind: kind, content: try content(of: cell))
  }

  private func content(of cell: Cell) throws(RunError) -> StageKey.Content {
    var content = StageKey.Content()
    for input in cell.inputs {
      guard let artifact = known(input.cell)?.artifacts[input.output] else {
        throw .refused(
          "'\(pipeline.cells[input.cell].name)' has no output '\(input.output)' in its cached result"
        )
      }
      content.inputs[input.port, default: []].append((artifact.digest, input.coordinates))
    }
    for (name, path) in cell.locations {
      content.locations[name] = try locations.content(path, of: cell.name, name).digest
    }
    content.code = try locations.code(of: cell)
    return content
  }

  /// The result of a cell that is decided or was looked up.
  private func known(_ cell: Int) -> KeyRecord? {
    if let record = record(of: cell) { return record }
    guard case .success(let outlook)? = outlooks[cell], case .hit(let record)? = outlook.lookup
    else { return nil }
    return record
  }

  /// Notes that a cell has a result; returns the cells that can be decided now.
  mutating func settle(_ index: Int) -> [Int] {
    dependents[index].filter { dependent in
      missing[dependent] -= 1
      return missing[dependent] == 0 && isUndone(dependent)
    }
  }

  /// Notes that a cell ran and produced a result.
  mutating func finish(_ index: Int, _ record: KeyRecord) { states[index] = .executed(record) }

  /// Notes that another cell or another run produced the result under a cell's key.
  mutating func share(_ record: KeyRecord, with index: Int) { states[index] = .hit(record) }

  /// Notes that a cell has no result; returns the open cells that therefore have none either.
  mutating func lose(_ index: Int) -> [Int] {
    states[index] = .lost
    var lost: [Int] = []
    var stack = dependents[index]
    while let next = stack.popLast() {
      guard case .open = states[next] else { continue }
      states[next] = .lost
      lost.append(next)
      stack += dependents[next]
    }
    return lost.sorted()
  }

  /// Decides everything that can be decided without running anything.
  public mutating func decideAll() throws(RunError) {
    for batch in Self.batches(of: roots) {
      lookAhead(from: batch)
      var stack = Array(batch.reversed())
      while let index = stack.popLast() {
        try decide(index)
        if case .hit = states[index] { stack += settle(index).reversed() }
      }
    }
  }

  /// Cells in parts, each of which is looked up before it is decided: what is looked up is held
  /// twice until then.
  static func batches(of cells: [Int]) -> [[Int]] {
    stride(from: 0, to: cells.count, by: batch).map {
      Array(cells[$0..<min($0 + batch, cells.count)])
    }
  }

  private static let batch = 1 << 14

  /// For an open cell, the cells that have to run before it can be decided.
  public func blockers(of index: Int) -> [Int] {
    var found: Set<Int> = []
    var seen: Set<Int> = []
    var stack = pipeline.cells[index].inputs.map(\.cell)
    while let next = stack.popLast() {
      guard seen.insert(next).inserted else { continue }
      switch states[next] {
      case .needed: found.insert(next)
      case .open: stack += pipeline.cells[next].inputs.map(\.cell)
      default: continue
      }
    }
    return found.sorted()
  }
}
