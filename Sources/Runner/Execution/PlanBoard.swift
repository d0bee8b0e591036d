public import PipelineDSL
public import Store

/// What is known of every cell of a run: the one place where hits are told from work.
///
/// A cell can be decided once everything it needs has its artifacts; until then it is open.
public struct PlanBoard {
  /// What is known of a cell.
  public enum State: Sendable {
    /// Not decided: something it needs has no result yet.
    case open
    /// Its result is in the store.
    case hit(KeyRecord)
    /// It has to run under this key; the reason is the store's.
    case needed(StageKey, reason: String)
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
  private var missing: [Int]

  /// A board over the targets of a pipeline and all they need; forced cells are never hits.
  public init(
    pipeline: Pipeline, targets: [Int], forced: Set<Int>, catalogue: Catalogue, cache: ActionCache,
    locations: LocationBook
  ) {
    (self.pipeline, self.catalogue, self.cache) = (pipeline, catalogue, cache)
    (self.locations, self.forced) = (locations, forced)
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
    let cell = pipeline.cells[index]
    guard let kind = catalogue[cell.kind] else {
      throw .refused("there is no stage kind '\(cell.kind)'")
    }
    var content = StageKey.Content()
    for input in cell.inputs {
      guard let artifact = record(of: input.cell)?.artifacts[input.output] else {
        throw .refused(
          "'\(pipeline.cells[input.cell].name)' has no '\(input.output)' in its stored result")
      }
      content.inputs[input.port, default: []].append((artifact.digest, input.coordinates))
    }
    for (name, path) in cell.locations {
      content.locations[name] = try locations.snapshot(path, of: cell.name, name).digest
    }
    content.code = try locations.code(kind.codeFiles(for: cell.allParameters), of: cell.name)
    let key = StageKey(cell: cell, kind: kind, content: content)
    keys[index] = key
    if forced.contains(index) {
      states[index] = .needed(key, reason: "forced")
      return
    }
    switch cache.lookup(key.digest) {
    case .hit(let record): states[index] = .hit(record)
    case .miss(let reason): states[index] = .needed(key, reason: reason)
    }
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
