extension PipelineResolver {
  /// Creates the cells in order and connects each to the cells it needs.
  mutating func wire() -> Pipeline {
    var cells: [Cell] = []
    var stages: [Pipeline.Stage] = []
    for index in order {
      drafts[index].firstCell = cells.count
      let stage = document.stages[index]
      let givers = drafts[index].joins.map { giver(of: $0, to: index) }
      for draft in drafts[index].cells {
        cells.append(cell(draft, of: index, at: cells.count, givers))
      }
      var needs = JSONObject()
      for need in stage.needs { needs[need.stage] = true }
      stages.append(
        Pipeline.Stage(
          name: stage.name, kind: stage.uses, description: stage.description, needs: needs.names,
          axes: axes[index].map { document.axes[$0].name }, gather: stage.gather.map(\.axis),
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
    /// Indices of the gathered axes among those of the producing stage.
    let gathered: [Int]
    var cells: [[Int]: [Int]] = [:]
  }

  private func giver(of join: PortJoin, to index: Int) -> Giver {
    let (taking, giving) = (axes[index], axes[join.stage])
    let shared = giving.indices.filter { taking.contains(giving[$0]) }
    var giver = Giver(
      join: join, shared: taking.indices.filter { giving.contains(taking[$0]) },
      gathered: giving.indices.filter { !taking.contains(giving[$0]) })
    for (offset, cell) in drafts[join.stage].cells.enumerated() {
      giver.cells[shared.map { cell.values[$0] }, default: []].append(offset)
    }
    return giver
  }

  private mutating func cell(
    _ draft: CellDraft, of index: Int, at place: Int, _ givers: [Giver]
  ) -> Cell {
    let stage = document.stages[index]
    let own = coordinates(of: draft.values, along: axes[index])
    let name =
      own.isEmpty
      ? stage.name
      : stage.name + "@" + own.map { "\($0.name)=\($0.value.text)" }.joined(separator: ",")
    let labels = JSONObject(own.map { ($0.name, $0.value.label) })
    return Cell(
      index: place, stage: stage.name, name: name, coordinates: labels, kind: stage.uses,
      parameters: draft.settings.parameters, locations: draft.settings.locations,
      seed: draft.settings.seed, ports: draft.settings.ports ?? Ports(outputs: []),
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
    let giving = giver.cells[giver.shared.map { draft.values[$0] }] ?? []
    if giving.isEmpty, !drafts[join.stage].cells.isEmpty {
      diagnostics.report(
        .allExcluded,
        "every cell of '\(document.stages[join.stage].name)' that '\(name)' needs is excluded",
        at: join.node)
    }
    return giving.map { offset in
      let values = drafts[join.stage].cells[offset].values
      let gathered = coordinates(
        of: giver.gathered.map { values[$0] }, along: giver.gathered.map { axes[join.stage][$0] })
      return CellInput(
        port: join.port, cell: drafts[join.stage].firstCell + offset, output: join.output,
        type: join.type, coordinates: JSONObject(gathered.map { ($0.name, $0.value.label) }))
    }
  }
}
