internal import Store

/// Every metric of every stage, histories by their last value: rows are metrics, columns cells.
enum MetricsSection: ReportSection {
  static let (id, title) = ("metrics", "All metrics")
  private static let columnLimit = 24

  static func body(_ context: ReportContext) -> HTML? {
    var body = HTML.empty
    for stage in context.facts.graph.stages {
      let cells = context.facts.cells(of: stage.name).filter { !$0.metrics.isEmpty }
      guard !cells.isEmpty else { continue }
      let (shown, rest) = cut(cells, to: columnLimit, "cell", see: "'assay metrics'")
      let values = shown.map { Dictionary(uniqueKeysWithValues: $0.lastValues.map { ($0, $1) }) }
      let names = Set(values.flatMap(\.keys)).sorted(by: RunFacts.natural)
      var table = DataTable(
        name: "metrics of \(stage.name)",
        [.text("metric")]
          + shown.map { cell in
            let place = String(cell.row.cell.drop { $0 != "@" }.dropFirst())
            return .number(place.isEmpty ? "value" : place.replacing(",", with: ", "))
          })
      for name in names { table.append([.init(name)] + values.map { .init($0[name]) }) }
      body += """
        <details><summary><b>\(stage.name)</b>: \(Display.count(names.count, "metric")) of \
        \(Display.count(cells.count, "cell"))</summary>
        \(table.html)\(rest)</details>
        """
    }
    return body.text.isEmpty ? nil : body
  }
}
