internal import Store

/// Cells of a stage that differ only in the axes that repeat an experiment, such as the seed.
struct CellGroup {
  /// The name of the group: that of its cells without the repeated axes.
  let name: String
  /// The axis values of the group; may be empty.
  let place: String
  /// The cells, at least one.
  let cells: [RunFacts.CellFacts]
  /// The axes that differ among the cells.
  let repeats: [String]

  /// The groups of some cells of a stage, in the order of the cells.
  static func groups(of cells: [RunFacts.CellFacts], _ axes: GridAxes) -> [CellGroup] {
    let request = ResultsRequest()
    let fixed = axes.names.filter { !request.repeats($0) }
    var order: [[String?]] = []
    var members: [[String?]: [RunFacts.CellFacts]] = [:]
    for cell in cells {
      let key = fixed.map { axes.value(of: cell.row.cell, $0) }
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(cell)
    }
    return order.map { key in
      let cells = members[key] ?? []
      let place = zip(fixed, key).compactMap { axis, value in value.map { "\(axis)=\($0)" } }
        .joined(separator: ",")
      let stage = cells.first?.row.stage ?? ""
      let repeats = axes.names.filter { axis in
        request.repeats(axis) && cells.contains { axes.value(of: $0.row.cell, axis) != nil }
      }
      return CellGroup(
        name: place.isEmpty ? stage : "\(stage)@\(place)", place: place, cells: cells,
        repeats: repeats)
    }
  }
}
