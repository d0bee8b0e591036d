internal import PipelineDSL
internal import Store

/// Every cell: its status, why, how long it took, and its key.
///
/// The cells of a large run are folded by stage and then by axis. A browser does not lay out what is
/// closed, so thousands of rows open at once only where a reader asks for them.
enum CellsSection: ReportSection {
  static let (id, title) = ("cells", "Cells")
  /// A run with more cells than `foldLimit` is folded.
  private static let foldLimit = 60
  /// The bytes of tables after which no further table begins.
  private static let budget = 1_900_000

  static func body(_ context: ReportContext) -> HTML? {
    let cells = context.facts.cells
    return cells.count > foldLimit ? folded(context.facts) : table(cells, "cells").html
  }

  /// The cells folded by stage and axis; once tables have taken `budget` bytes, only counted.
  static func folded(_ facts: RunFacts, budget: Int = budget) -> HTML {
    var left = budget
    var body = HTML.empty
    for (index, stage) in facts.graph.stages.enumerated() {
      let cells = facts.cells(of: stage.name)
      guard !cells.isEmpty else { continue }
      guard left > 0 else { return "<div data-cells>\(body)</div>\(rest(facts, after: index))" }
      body += details(CellFold(stage.name, cells, axes: facts.text.axes), at: [index], &left)
    }
    return "<div data-cells>\(body)</div>"
  }

  /// The note on the stages that are not listed.
  private static func rest(_ facts: RunFacts, after index: Int) -> HTML {
    let stages = facts.graph.stages[index...]
    let cells = stages.reduce(0) { $0 + facts.cells(of: $1.name).count }
    return missing(
      "'assay show' lists \(Display.count(cells, "more cell")) of "
        + "\(Display.count(stages.count, "more stage"))")
  }

  /// Where a link to the cells of a stage, by its place in the graph, or to a part of their fold leads.
  static func anchor(_ path: [Int], in facts: RunFacts) -> String {
    facts.cells.count > foldLimit ? anchor(path) : id
  }

  private static func anchor(_ path: [Int]) -> String {
    (["cells"] + path.map { String($0 + 1) }).joined(separator: "-")
  }

  private static func details(_ fold: CellFold, at path: [Int], _ left: inout Int) -> HTML {
    let counts = StatusCounts(fold.cells.map(\.row))
    var inside = HTML.empty
    if fold.parts.isEmpty {
      // A fold without parts is short, so that it passes the budget by little.
      if left > 0 {
        inside = table(fold.cells, fold.label).html
        left -= inside.text.utf8.count
      } else {
        inside = missing("'assay show' lists \(Display.count(fold.cells.count, "more cell"))")
      }
    } else {
      for (place, part) in fold.parts.enumerated() {
        inside += details(part, at: path + [place], &left)
      }
    }
    let time = counts.seconds > 0 ? ", " + Display.seconds(counts.seconds) : ""
    return """
      <details class="fold"><summary><b>\(fold.label)</b> <span class="small">\
      \(Display.count(fold.cells.count, "cell"))\(time)</span> \(counts.html)</summary>
      <div id="\(anchor(path))">\(inside)</div></details>
      """
  }

  private static func table(
    _ cells: some Collection<RunFacts.CellFacts>, _ name: String
  ) -> DataTable {
    var table = DataTable(
      name: name,
      [
        .text("cell"), .text("kind"), .text("status"), .text("why"), .number("time"),
        .number("memory"), .number("artifacts"), .text("key"),
      ])
    for cell in cells { table.append(line(cell)) }
    return table
  }

  private static func line(_ cell: RunFacts.CellFacts) -> [DataTable.Field] {
    let row = cell.row
    let attempt = row.attempt > 1 ? ", attempt \(row.attempt)" : ""
    let status = row.status.rawValue + attempt + (row.end.map { ", \($0)" } ?? "")
    let bytes = cell.artifacts.reduce(0) { $0 + $1.bytes }
    return [
      DataTable.Field(row.cell), DataTable.Field(row.kind),
      DataTable.Field(html: "<i class=\"dot \(row.status.rawValue)\"></i>\(status)", value: status),
      DataTable.Field(row.reason),
      row.seconds > 0
        ? DataTable.Field(html: "\(Display.seconds(row.seconds))", value: String(row.seconds))
        : DataTable.Field(""),
      size(row.peakMemory), size(bytes),
      DataTable.Field(
        html: "<code>\(row.key?.short ?? "")</code>", value: row.key?.short ?? ""),
    ]
  }

  private static func size(_ bytes: Int) -> DataTable.Field {
    bytes > 0
      ? DataTable.Field(html: "\(ByteCount.text(bytes))", value: String(bytes))
      : DataTable.Field("")
  }
}
