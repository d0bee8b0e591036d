internal import PipelineDSL
internal import Store

/// The axes of a run and the coordinates of its cells, in the order of the pipeline.
struct GridAxes: Sendable {
  /// The names of the axes, in the order of cell names.
  let names: [String]
  /// The coordinates of each cell, by its name.
  private var coordinates: [String: [String: String]] = [:]
  /// The place of each value in its axis, by axis.
  private var places: [String: [String: Int]] = [:]

  /// The axes of a run; its edges are recorded in the order of the pipeline's cells.
  init(_ facts: RunFacts, _ edges: [EdgeRow]) {
    let declared = PipelineAxes(facts.pipelineText).names
    var found: [String] = []
    let cells = edges.flatMap { [$0.from, $0.to] } + facts.cells.map(\.row.cell)
    for cell in cells where coordinates[cell] == nil {
      let values = CellCoordinates(cell, axes: declared).values
      coordinates[cell] = Dictionary(values.map { ($0.axis, $0.value) }) { first, _ in first }
      for (axis, value) in values {
        if places[axis] == nil { found.append(axis) }
        if places[axis]?[value] == nil {
          places[axis, default: [:]][value] = places[axis]?.count ?? 0
        }
      }
    }
    names = declared.filter(found.contains) + found.filter { !declared.contains($0) }
  }

  /// The value of a cell along an axis; `nil` if it does not vary along it.
  func value(of cell: String, _ axis: String) -> String? { coordinates[cell]?[axis] }

  /// The values of some cells along an axis, in order, each once.
  func values(of cells: [String], _ axis: String) -> [String] {
    Set(cells.compactMap { value(of: $0, axis) }).sorted { place($0, axis) < place($1, axis) }
  }

  private func place(_ value: String, _ axis: String) -> Int { places[axis]?[value] ?? .max }

  /// The combinations of values that some cells have along axes, in the order of the axes' values.
  func combinations(of cells: [String], _ axes: [String]) -> [[String]] {
    let all = Set(cells.map { cell in axes.map { value(of: cell, $0) ?? "" } })
    return all.sorted { left, right in
      for (index, axis) in axes.enumerated() where left[index] != right[index] {
        return place(left[index], axis) < place(right[index], axis)
      }
      return false
    }
  }
}
