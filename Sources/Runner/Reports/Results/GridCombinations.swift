/// The settings of a stage along its axes, each with its metrics; repeats are joined.
struct GridCombinations: Sendable {
  /// The stage.
  let stage: String
  /// The axes with their values in order, without those that repeat an experiment.
  let axes: [(name: String, values: [String])]
  /// The axes over which means were taken.
  let repeats: [String]
  /// The metrics.
  let metrics: [String]
  /// One row per combination: its value along each axis, and the entry of each metric.
  let rows: [(values: [String], cells: [GridCell])]
}

extension GridLayout {
  /// The combinations of a stage that have a value; `nil` for a stage without one of the metrics.
  func combinations(of stage: String) -> GridCombinations? {
    let cells = facts.graph.stages.first { $0.name == stage }?.cells ?? []
    let metrics = metrics.filter { metric in cells.contains { values[$0]?[metric] != nil } }
    guard !metrics.isEmpty else { return nil }
    let own = axes.names.filter { axis in cells.contains { axes.value(of: $0, axis) != nil } }
    let repeats = own.filter(request.repeats)
    let varied = own.filter { !repeats.contains($0) && axes.values(of: cells, $0).count > 1 }
    let members = Dictionary(grouping: cells) { cell in
      varied.map { axes.value(of: cell, $0) ?? "" }
    }
    let rows = axes.combinations(of: cells, varied).map { values in
      (values: values, cells: metrics.map { cell(members[values] ?? [], $0) })
    }.filter { $0.cells.contains { $0.ours != nil } }
    return GridCombinations(
      stage: stage, axes: varied.map { ($0, axes.values(of: cells, $0)) }, repeats: repeats,
      metrics: metrics, rows: rows)
  }
}
