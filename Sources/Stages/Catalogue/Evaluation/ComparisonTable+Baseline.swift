internal import PipelineDSL
internal import Statistics

extension ComparisonTable {
  /// One row per metric of each group but the baseline: the mean difference from the baseline over the
  /// repeats that both have, its standard deviation and interval, and p of the paired t-test.
  ///
  /// p values are not adjusted for the number of rows. Throws unless exactly one group has the axis
  /// values of the baseline.
  func paired(with cell: BaselineCell) throws(StageError) -> CSVTable {
    let baseline = try group(of: cell)
    let name = name(of: baseline)
    var table = CSVTable(
      columns: groupAxes + [
        "baseline", "metric", "n", "difference", "sd", "low", "high", "p",
      ])
    for group in groups where self.name(of: group) != name {
      for metric in metrics {
        let differences = differences(of: metric, group, baseline)
        table.append(
          groupAxes.map { group.first?.coordinates[$0] ?? "" }
            + [name, metric, String(differences.count)] + fields(of: differences))
      }
    }
    return table
  }

  /// Mean, deviation, interval and p of some differences; a field is empty where undefined.
  private func fields(of differences: [Double]) -> [String] {
    guard !differences.isEmpty else { return [String](repeating: "", count: 5) }
    let test = PairedTTest(differences, confidence: confidence)
    return [
      test.mean, test.deviation, test.bounds?.lowerBound, test.bounds?.upperBound, test.pValue,
    ].map(Self.roundedText)
  }

  /// A group's values minus those of the baseline, for each repeat that both have.
  private func differences(
    of metric: String, _ group: [Cell], _ baseline: [Cell]
  ) -> [Double] {
    guard let repeats else { return [] }
    var own: [String: Double] = [:]
    for cell in group { own[cell.coordinates[repeats] ?? ""] = cell.values[metric] }
    return baseline.compactMap { cell in
      guard let value = own[cell.coordinates[repeats] ?? ""], let base = cell.values[metric] else {
        return nil
      }
      return value - base
    }
  }

  /// The one group of repeats with the axis values of a baseline.
  private func group(of cell: BaselineCell) throws(StageError) -> [Cell] {
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
