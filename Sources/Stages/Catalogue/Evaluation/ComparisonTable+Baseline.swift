internal import PipelineDSL

extension ComparisonTable {
  /// The cells of a group and of the baseline for each repeat that both have, in the baseline's
  /// order.
  func pairs(of group: [Cell], _ baseline: [Cell]) -> [(own: Cell, base: Cell)] {
    guard let repeats else { return [] }
    var own: [String: Cell] = [:]
    for cell in group { own[cell.coordinates[repeats] ?? ""] = cell }
    return baseline.compactMap { base in
      own[base.coordinates[repeats] ?? ""].map { (own: $0, base: base) }
    }
  }

  /// The one group of repeats with the axis values of a baseline.
  func group(of cell: BaselineCell) throws(StageError) -> [Cell] {
    let found = groups.filter { group in
      cell.values.allSatisfy { group.first?.coordinates[$0.key] == $0.value }
    }
    if let only = found.first, found.count == 1 { return only }
    guard found.isEmpty else {
      let names = found.prefix(4).map(name) + (found.count > 4 ? ["..."] : [])
      throw StageError(
        "'baseline' is \(cell.text), which \(found.count) groups of repeats have: "
          + names.joined(separator: "; "),
        hint: "name a value for each axis that distinguishes them")
    }
    let known = groups.map(name)
    let near = cell.values.sorted { $0.key < $1.key }.compactMap { axis, value -> String? in
      let values = Set(cells.compactMap { $0.coordinates[axis] }).sorted()
      guard !values.contains(value) else { return nil }
      return NearestName.find(value, among: values).map { "did you mean '\(axis)=\($0)'?" }
    }
    throw StageError(
      "'baseline' is \(cell.text), which no cell has",
      hint: near.first
        ?? "the groups of repeats are " + known.prefix(8).joined(separator: "; ")
        + (known.count > 8 ? " and \(known.count - 8) more" : ""))
  }
}
