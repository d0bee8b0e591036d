internal import PipelineDSL
internal import Store

/// The declared work of the cells of a plan that have no result yet.
struct PlannedWork {
  /// A cell that would run.
  struct Item {
    let cell: Cell
    /// The declared work; `nil` if the kind declares none.
    let work: StageWork?
    /// The number of samples that reach it, if known.
    let samples: Double?
  }

  /// The cells that would run, in ascending order; of cells with the same key, only the first.
  private(set) var items: [Item] = []
  /// How many of them may turn out to be cached once others have run.
  private(set) var undecided = 0

  init(_ board: PlanBoard, history: WorkHistory, reader: LoadReader) {
    var handed: [Int: StageLoad] = [:]
    var keys: Set<Digest> = []
    for index in board.wanted where board.missingData.blocked[index] == nil {
      let cell = board.pipeline.cells[index]
      guard let kind = board.catalogue[cell.kind] else { continue }
      let load = Self.load(of: cell, board, handed)
      var next = kind.handsOn(for: cell.allParameters, load)
      if let record = board.record(of: index) {
        let counts = record.artifacts.values.compactMap { reader.samples(in: $0.digest, $0.type) }
        next.samples = counts.max() ?? next.samples
        handed[index] = next
        continue
      }
      let yield = history.yield(of: cell.kind, stage: cell.stage)
      next.samples = next.samples.map { $0 * yield }
      handed[index] = next
      if let key = board.keys[index] {
        guard keys.insert(key).inserted else { continue }
      } else {
        undecided += 1
      }
      items.append(
        Item(
          cell: cell, work: kind.work(for: cell.allParameters, load), samples: load.samples))
    }
  }

  private static func load(
    of cell: Cell, _ board: PlanBoard, _ handed: [Int: StageLoad]
  ) -> StageLoad {
    var ports: [(name: String, loads: [StageLoad])] = []
    for input in cell.inputs {
      let load = handed[input.cell] ?? StageLoad()
      if let place = ports.firstIndex(where: { $0.name == input.port }) {
        ports[place].loads.append(load)
      } else {
        ports.append((input.port, [load]))
      }
    }
    var load = StageLoad(joining: ports.map(\.loads))
    for (name, path) in cell.locations {
      let content = try? board.locations.content(path, of: cell.name, name)
      let (files, bytes) = LoadReader.total(content?.snapshot)
      load.files += files
      load.bytes += bytes
    }
    return load
  }
}
