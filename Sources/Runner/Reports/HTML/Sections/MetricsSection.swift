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
      let heads = shown.map { cell -> HTML in
        let place = String(cell.row.cell.drop { $0 != "@" }.dropFirst())
          .replacing(",", with: ", ")
        return
          "<th class=\"n\" style=\"white-space:normal\">\(place.isEmpty ? "value" : place)</th>"
      }
      let lines = names.map { name -> HTML in
        let fields = values.map { value -> HTML in
          "<td class=\"n\">\(value[name].map(Display.number) ?? "")</td>"
        }
        return "<tr><td class=\"nowrap\">\(name)</td>\(HTML(fields))</tr>"
      }
      body += """
        <details><summary><b>\(stage.name)</b>: \(Display.count(names.count, "metric")) of \
        \(Display.count(cells.count, "cell"))</summary>
        <div class="scroll"><table><tr><th>metric</th>\(HTML(heads))</tr>
        \(HTML(lines))</table></div>\(rest)</details>
        """
    }
    return body.text.isEmpty ? nil : body
  }
}
