internal import PipelineDSL
internal import Store

/// Keys that produced other bytes than before.
enum DivergencesSection: ReportSection {
  static let (id, title) = ("divergences", "Divergences")
  private static let rowLimit = 500

  static func body(_ context: ReportContext) -> HTML? {
    let rows = context.facts.divergences
    guard !rows.isEmpty else { return nil }
    var table = DataTable(
      name: "divergences",
      [
        .text("cell"), .text("port"), .text("key"), .text("in the store"), .text("found now"),
        .text("first file"), .text("found by"),
      ])
    let (shown, rest) = cut(rows, to: rowLimit, "divergence", see: "'assay show'")
    for row in shown {
      table.append([
        .init(row.cell), .init(row.port), code(row.key.short, row.key.hex),
        code(Display.text(.string(row.existing)), row.existing),
        code(Display.text(.string(row.found)), row.found), .init(row.file ?? ""),
        .init(row.run == nil ? "an audit" : "this run"),
      ])
    }
    return """
      <div class="alarm mild">The same key produced other bytes. The result in the store is kept; the \
      stage is not the pure function that it has to be, or something in its surroundings that it \
      depends on is in no key.</div>
      \(table.html)\(rest)
      """
  }

  private static func code(_ text: String, _ value: String) -> DataTable.Field {
    .init(html: "<code>\(text)</code>", value: value)
  }
}
