internal import PipelineDSL
internal import Store

/// Every cell: its status, why, how long it took, and its key.
enum CellsSection: ReportSection {
  static let (id, title) = ("cells", "Cells")
  /// A table longer than `foldLimit` is collapsed, and one longer than `rowLimit` is truncated.
  private static let (foldLimit, rowLimit) = (60, 2000)

  static func body(_ context: ReportContext) -> HTML? {
    let cells = context.facts.cells
    let longest = max(cells.map(\.row.seconds).max() ?? 0, 0.001)
    let (shown, rest) = cut(cells, to: rowLimit, "cell", see: "'assay show'")
    let table: HTML = """
      <div class="scroll"><table class="wide"><tr><th>cell</th><th>status</th><th>why</th>\
      <th class="n">time</th><th></th><th class="n">memory</th><th class="n">artifacts</th><th>key</th></tr>
      \(HTML(shown.map { line($0, longest: longest) }))</table></div>\(rest)
      """
    guard cells.count > foldLimit else { return table }
    return "<details><summary>\(cells.count) cells</summary>\(table)</details>"
  }

  private static func line(_ cell: RunFacts.CellFacts, longest: Double) -> HTML {
    let row = cell.row
    let (time, bar): (String, HTML) =
      row.seconds > 0
      ? (
        Display.seconds(row.seconds),
        "<span class=\"track\"><i style=\"width:\(row.seconds / longest * 100)%\"></i></span>"
      ) : ("", .empty)
    let attempt = row.attempt > 1 ? ", attempt \(row.attempt)" : ""
    let end = row.end.map { ", \($0)" } ?? ""
    let bytes = cell.artifacts.reduce(0) { $0 + $1.bytes }
    let size = cell.artifacts.isEmpty ? "" : ByteCount.text(bytes)
    return """
      <tr><td>\(row.cell)<br><span class="soft small">\(row.kind)</span></td>\
      <td class="nowrap"><i class="dot \(row.status.rawValue)"></i>\(row.status.rawValue)\(attempt)\(end)</td>\
      <td>\(row.reason)</td><td class="n">\(time)</td><td>\(bar)</td>\
      <td class="n">\(row.peakMemory > 0 ? ByteCount.text(row.peakMemory) : "")</td>\
      <td class="n">\(size)</td><td class="nowrap"><code>\(row.key?.short ?? "")</code></td></tr>
      """
  }
}
