public import PipelineDSL
public import Store

/// What is known of every cell of a run: the one place where hits are told from work.
///
/// A cell can be decided once everything it needs has its artifacts; until then it is open.
public struct PlanBoard: Sendable {
  /// What is known of a cell.
  public enum State: Sendable {
    /// Not decided: something it needs has no result yet.
    case open
    /// Its result is in the store.
    case hit(KeyRecord)
    /// It has to run under this key; the reason is the store's.
    case needed(StageKey, reason: MissReason)
    /// It ran in this run and this is its result.
    case executed(KeyRecord)
    /// It failed, was stopped, or needs something that did.
    case lost
  }

  /// The pipeline.
  public let pipeline: Pipeline
  /// The cells that matter: the targets and all they need, ascending.
  public let wanted: [Int]
  /// The state of each cell of the pipeline, by index.
  public private(set) var states: [State]
  /// The key of each decided cell.
  public private(set) var keys: [Int: StageKey] = [:]
  /// The cells that need each cell, among the wanted.
  public private(set) var dependents: [[Int]]

  let catalogue: Catalogue
  let cache: ActionCache
  let locations: LocationBook
  let forced: Set<Int>
  /// On how many threads results are looked up.
  let threads: Int
  private var missing: [Int]
  /// What was found out about cells that are not decided yet.
  private var outlooks: [Int: Result<Outlook, RunError>] = [:]

  /// What follows for a cell from the results it needs.
  private struct Outlook: Sendable {
    let key: StageKey
    /// What the store holds under the key; `nil` for a forced cell, which is not to be a hit.
    let lookup: ActionCache.Lookup?
  }

  /// A board over the targets of a pipeline and all they need; forced cells are never hits.
  public init(
    pipeline: Pipeline, targets: [Int], forced: Set<Int>, catalogue: Catalogue, cache: ActionCache,
    locations: LocationBook, threads: Int = 1
  ) {
    (self.pipeline, self.catalogue, self.cache) = (pipeline, catalogue, cache)
    (self.locations, self.forced, self.threads) = (locations, forced, threads)
    wanted = pipeline.closure(of: targets).sorted()
    states = Array(repeating: .open, count: pipeline.cells.count)
    dependents = Array(repeating: [], count: pipeline.cells.count)
    missing = Array(repeating: 0, count: pipeline.cells.count)
    for index in wanted {
      let needs = Set(pipeline.cells[index].inputs.map(\.cell))
      missing[index] = needs.count
      for need in needs { dependents[need].append(index) }
    }
  }

  /// The result of a cell, if there is one.
  public func record(of cell: Int) -> KeyRecord? {
    switch states[cell] {
    case .hit(let record), .executed(let record): record
    default: nil
    }
  }

  /// Whether a cell is still to be decided or to run.
  func isUndone(_ cell: Int) -> Bool {
    switch states[cell] {
    case .open, .needed: true
    default: false
    }
  }

  /// The wanted cells that need nothing: where deciding begins.
  var roots: [Int] { wanted.filter { missing[$0] == 0 } }

  /// Decides a cell whose needs are all met.
  mutating func decide(_ index: Int) throws(RunError) {
    let outlook = try (outlooks.removeValue(forKey: index) ?? outlook(of: index)).get()
    keys[index] = outlook.key
    switch outlook.lookup {
    case nil: states[index] = .needed(outlook.key, reason: .forced)
    case .hit(let record): states[index] = .hit(record)
    case .miss(let reason): states[index] = .needed(outlook.key, reason: reason)
    }
  }

  /// Looks results up on several threads, for `decide` to make use of.
  ///
  /// First those of some cells whose needs are all met, then of cells that need nothing but hits, and
  /// so on.
  mutating func lookAhead(from cells: [Int]) {
    var open = missing
    var level = cells.filter { outlooks[$0] == nil }
    while !level.isEmpty {
      var next: [Int] = []
      for (index, outlook) in zip(level, look(at: level)) {
        outlooks[index] = outlook
        guard case .success(let found) = outlook, case .hit? = found.lookup else { continue }
        for dependent in dependents[index] {
          open[dependent] -= 1
          if open[dependent] == 0 { next.append(dependent) }
        }
      }
      level = next
    }
  }

  private func look(at cells: [Int]) -> [Result<Outlook, RunError>] {
    let board = self
    return ParallelMap.run(cells.count, threads: threads) { board.outlook(of: cells[$0]) }
  }

  private func outlook(of index: Int) -> Result<Outlook, RunError> {
    do throws(RunError) {
      let cell = pipeline.cells[index]
      guard let kind = catalogue[cell.kind] else {
        throw .refused("unknown stage kind '\(cell.kind)'")
      }
      let key = StageKey(cell: cell, kind: kind, content: try content(of: cell))
      let lookup = forced.contains(index) ? nil : cache.lookup(key.digest)
      return .success(Outlook(key: key, lookup: lookup))
    } catch {
      return .failure(error)
    }
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

  /// Takes note of a result; the cells that can be decided now.
  mutating func settle(_ index: Int) -> [Int] {
    dependents[index].filter { dependent in
      missing[dependent] -= 1
      return missing[dependent] == 0
    }
  }

  /// Takes note that a cell ran and gave a result.
  mutating func finish(_ index: Int, _ record: KeyRecord) { states[index] = .executed(record) }

  /// Takes note that another cell of this run gave the result under a cell's key.
  mutating func share(_ record: KeyRecord, with index: Int) { states[index] = .hit(record) }

  /// Takes note that a cell has no result; the open cells that therefore have none either.
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
    lookAhead(from: roots)
    var stack = Array(roots.reversed())
    while let index = stack.popLast() {
      try decide(index)
      if case .hit = states[index] { stack += settle(index).reversed() }
    }
  }

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
