extension PipelineResolver {
  /// Creates the cells in order and connects each to the cells it needs.
  mutating func wire() -> Pipeline {
    var cells: [Cell] = []
    cells.reserveCapacity(drafts.reduce(0) { $0 + $1.cells.count })
    var stages: [Pipeline.Stage] = []
    for index in order {
      drafts[index].firstCell = cells.count
      let stage = document.stages[index]
      let givers = drafts[index].joins.map { giver(of: $0, to: index) }
      let names = axes[index].map { document.axes[$0].name }
      for draft in drafts[index].cells {
        cells.append(cell(draft, of: index, at: cells.count, names, givers))
      }
      var needs = JSONObject()
      for need in stage.needs { needs[need.stage] = true }
      stages.append(
        Pipeline.Stage(
          name: stage.name, kind: stage.uses, description: stage.description, needs: needs.names,
          axes: names, gather: stage.gather.map(\.axis),
          cells: drafts[index].firstCell..<cells.count))
    }
    return Pipeline(
      file: document.file, text: document.text, name: document.name,
      description: document.description,
      parameters: document.scopes[0].values, axes: document.axes.map(\.name), stages: stages,
      cells: cells)
  }

  /// The producing cells of a join, by their values along the axes that both stages have.
  private struct Giver {
    let join: PortJoin
    /// Indices of the shared axes among those of the consuming stage.
    let shared: [Int]
    /// Indices of the gathered axes among those of the producing stage, and their names.
    let gathered: [Int]
    let gatheredNames: [String]
    /// The combinations of values along the shared axes, and the producing cells of each.
    let grid: AxisGrid
    let cells: IndexLists
  }

  private func giver(of join: PortJoin, to index: Int) -> Giver {
    let (taking, giving) = (axes[index], axes[join.stage])
    let shared = giving.indices.filter { taking.contains(giving[$0]) }
    let gathered = giving.indices.filter { !taking.contains(giving[$0]) }
    let cells = drafts[join.stage].cells
    // A stage without cells may be one with too many.
    let grid = AxisGrid(cells.isEmpty ? [] : shared.map { document.axes[giving[$0]].values.count })
    return Giver(
      join: join, shared: taking.indices.filter { giving.contains(taking[$0]) },
      gathered: gathered, gatheredNames: gathered.map { document.axes[giving[$0]].name },
      grid: grid,
      cells: IndexLists(count: grid.count) { add in
        for offset in cells.indices { add(grid.place(cells[offset].values, at: shared), offset) }
      })
  }

  private mutating func cell(
    _ draft: CellDraft, of index: Int, at place: Int, _ names: [String], _ givers: [Giver]
  ) -> Cell {
    let stage = document.stages[index]
    let own = axes[index].indices.map { document.axes[axes[index][$0]].values[draft.values[$0]] }
    var name = stage.name
    for axis in own.indices { name += (axis == 0 ? "@" : ",") + names[axis] + "=" + own[axis].text }
    let labels = JSONObject(names: names, own.map(\.label))
    let settings = drafts[index].settings[draft.settings]
    return Cell(
      index: place, stage: stage.name, name: name, coordinates: labels, kind: stage.uses,
      parameters: settings.parameters, locations: settings.locations,
      seed: settings.seed, ports: settings.ports ?? Ports(outputs: []),
      inputs: givers.flatMap { inputs(draft, name, from: $0) }, resources: stage.resources,
      checks: stage.checks,
      references: stage.references.map(\.published).filter { reference in
        reference.when.allSatisfy { labels[$0.key] == $0.value }
      })
  }

  private mutating func inputs(
    _ draft: CellDraft, _ name: String, from giver: Giver
  ) -> [CellInput] {
    let join = giver.join
    let giving = giver.cells[giver.grid.place(draft.values, at: giver.shared)]
    if giving.isEmpty, !drafts[join.stage].cells.isEmpty {
      diagnostics.report(
        .allExcluded,
        "every cell of '\(document.stages[join.stage].name)' that '\(name)' needs is excluded",
        at: join.node)
    }
    return giving.map { offset in
      let values = drafts[join.stage].cells[offset].values
      let gathered = giver.gathered.map { axis in
        document.axes[axes[join.stage][axis]].values[values[axis]].label
      }
      return CellInput(
        port: join.port, cell: drafts[join.stage].firstCell + offset, output: join.output,
        type: join.type, coordinates: JSONObject(names: giver.gatheredNames, gathered))
    }
  }
}
