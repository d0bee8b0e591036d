internal import PipelineDSL

/// A table of results in the layout of a paper.
struct GridTable: Sendable {
  /// The stage whose metrics it shows.
  let stage: String
  /// The metric; `nil` if the columns are metrics.
  let metric: String?
  /// The axis of the rows; `nil` if there is only one row.
  let rowAxis: String?
  /// The axis of the columns; `nil` if the columns are metrics.
  let columnAxis: String?
  /// The values along further axes that all cells of the table share, such as `size=64`.
  let place: [(axis: String, value: String)]
  /// The axes over which means were taken.
  let repeats: [String]
  /// The headings of the rows.
  let rows: [String]
  /// The headings of the columns.
  let columns: [String]
  /// The cells, row by row.
  let cells: [[GridCell]]

  /// `scores: test/accuracy, size=64`.
  var title: String {
    let parts = [metric].compactMap(\.self) + place.map { "\($0.axis)=\($0.value)" }
    return parts.isEmpty ? stage : "\(stage): \(parts.joined(separator: ", "))"
  }

  /// The heading above the headings of rows, such as `backbone`.
  var corner: String { rowAxis ?? "stage" }

  /// The entries as text, row by row.
  var texts: [[String]] {
    cells.map { row in row.map { $0.text(isRepeated: !repeats.isEmpty) } }
  }

  /// What the entries mean, as short sentences without a full stop.
  var legend: [String] {
    let all = cells.flatMap(\.self)
    var lines: [String] = []
    let means = repeats.joined(separator: " and ")
    if all.contains(where: { $0.method == .student }) {
      lines.append("± half of the 95 % interval of the mean over \(means), by Student's t")
    }
    if !repeats.isEmpty, all.contains(where: { $0.count > 0 }) {
      lines.append("in parentheses the number of repeats over \(means)")
    }
    if all.contains(where: { $0.method == .wilson }) {
      lines.append("in brackets the 95 % interval of Wilson, from the number of samples")
    }
    var sources: [String] = []
    for cell in all where cell.published != nil && !cell.source.isEmpty {
      if !sources.contains(cell.source) { sources.append(cell.source) }
    }
    if all.contains(where: { $0.published != nil }) {
      let from = sources.isEmpty ? "" : ": " + sources.joined(separator: "; ")
      lines.append("ours | published\(from)")
    }
    if all.contains(where: { $0.state == "failed" }) {
      lines.append("failed: the cell or one that it needs failed")
    }
    return lines
  }
}
