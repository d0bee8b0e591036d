extension PipelineResolver {
  /// Lays the cells out in order and joins each to the cells it needs.
  mutating func wire(text: [UInt8]) -> Pipeline {
    var cells: [Cell] = []
    var stages: [Pipeline.Stage] = []
    for index in order {
      drafts[index].firstCell = cells.count
      let stage = document.stages[index]
      let groups = drafts[index].joins.map { shared(of: index, with: $0.stage) }
      for draft in drafts[index].cells {
        cells.append(cell(draft, of: index, at: cells.count, groups))
      }
      var needs: [String] = []
      for need in stage.needs where !needs.contains(need.stage) { needs.append(need.stage) }
      stages.append(
        Pipeline.Stage(
          name: stage.name, kind: stage.uses, description: stage.description, needs: needs,
          axes: axes[index].map { document.axes[$0].name }, gather: stage.gather.map(\.axis),
          cells: drafts[index].firstCell..<cells.count))
    }
    return Pipeline(
      file: document.file, text: text, name: document.name, description: document.description,
      parameters: parameters, axes: document.axes.map(\.name), stages: stages, cells: cells)
  }

  /// How cells of one stage find those of another: by their values along the axes both have.
  private struct SharedAxes {
    let own: [Int]
    let free: [Int]
    var cells: [[Int]: [Int]] = [:]
  }

  private func shared(of index: Int, with target: Int) -> SharedAxes {
    let own = axes[index].indices.filter { axes[target].contains(axes[index][$0]) }
    let other = axes[target].indices.filter { axes[index].contains(axes[target][$0]) }
    let free = axes[target].indices.filter { !axes[index].contains(axes[target][$0]) }
    var shared = SharedAxes(own: own, free: free)
    for (offset, cell) in drafts[target].cells.enumerated() {
      shared.cells[other.map { cell.values[$0] }, default: []].append(offset)
    }
    return shared
  }

  private mutating func cell(
    _ draft: CellDraft, of index: Int, at place: Int, _ groups: [SharedAxes]
  ) -> Cell {
    let stage = document.stages[index]
    let own = coordinates(of: draft.values, along: axes[index])
    let name =
      own.isEmpty
      ? stage.name
      : stage.name + "@" + own.map { "\($0.name)=\($0.value.text)" }.joined(separator: ",")
    var inputs: [CellInput] = []
    for (join, group) in zip(drafts[index].joins, groups) {
      let giving = group.cells[group.own.map { draft.values[$0] }] ?? []
      if giving.isEmpty {
        diagnostics.report(
          "every cell of '\(document.stages[join.stage].name)' that '\(name)' needs is excluded",
          at: join.node)
      }
      for offset in giving {
        let values = drafts[join.stage].cells[offset].values
        let gathered = group.free.map { document.axes[axes[join.stage][$0]].name }
        let labels = group.free.map { document.axes[axes[join.stage][$0]].values[values[$0]].label }
        inputs.append(
          CellInput(
            port: join.port, cell: drafts[join.stage].firstCell + offset, output: join.output,
            type: join.type, coordinates: JSONObject(Array(zip(gathered, labels)))))
      }
    }
    let locations = Set(
      catalogue[stage.uses]?.parameters.filter(\.isLocation).map(\.name) ?? [])
    var parameters = JSONObject()
    var paths: [String: String] = [:]
    for member in draft.resolved?.values.members ?? [] {
      if !locations.contains(member.name) {
        parameters[member.name] = member.value
      } else if let path = member.value.text {
        paths[member.name] = path
      }
    }
    let labels = JSONObject(own.map { ($0.name, $0.value.label) })
    return Cell(
      index: place, stage: stage.name, name: name, coordinates: labels, kind: stage.uses,
      parameters: parameters, locations: paths, seed: draft.seed,
      ports: draft.resolved?.ports ?? Ports(outputs: []), inputs: inputs,
      resources: stage.resources, checks: stage.checks,
      references: stage.references.filter { reference in
        reference.when.allSatisfy { labels[$0.key] == $0.value }
      })
  }
}
