/// How long each model took, by phase.
enum TimesSection: ReportSection {
  static let (id, title) = ("times", "Times")
  private static let rowLimit = 500

  static func body(_ context: ReportContext) -> HTML? {
    guard let times = context.times, !times.phases.isEmpty else { return nil }
    let phases = times.phases
    var table = DataTable(
      name: "times",
      [.text("cell")] + phases.map { .number($0, about: "seconds") }
        + [.number("overall", about: "seconds"), .text("from")])
    let (shown, rest) = cut(times.rows, to: rowLimit, "model", see: "'assay metrics --times'")
    for row in shown {
      let parts = phases.map { seconds(row.seconds[$0]) }
      table.append([.init(row.cell)] + parts + [seconds(row.overall), .init(row.origin)])
    }
    return """
      <p class="soft">Each line adds up the cell and all cells it needs; cells that several models \
      share count in each of them.</p>
      \(table.html)\(rest)
      """
  }

  private static func seconds(_ value: Double?) -> DataTable.Field {
    .init(html: "\(value.map(Display.seconds) ?? "")", value: value?.description ?? "")
  }
}
