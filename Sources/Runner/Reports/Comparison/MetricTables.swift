internal import Store

/// The metrics of compared runs: those that count first, the others folded.
enum MetricTables {
  /// The tables; `nil` if no run has a metric.
  static func html(_ metrics: MetricMatrix, _ compared: ComparedRuns) -> HTML? {
    guard !metrics.headline.isEmpty || !metrics.others.isEmpty || metrics.unchanged > 0 else {
      return nil
    }
    var body = HTML.empty
    if !metrics.headline.isEmpty {
      body += table("checked and test metrics", metrics.headline, compared)
    }
    if !metrics.others.isEmpty {
      let inner = table("other metrics that differ", metrics.others, compared)
      let count = Display.count(metrics.others.count, "other metric")
      body +=
        metrics.headline.isEmpty
        ? inner
        : "<details><summary>\(count) with different values</summary>\(inner)</details>"
    }
    if metrics.unchanged > 0 {
      body += """
        <p class="soft small">\(Display.count(metrics.unchanged, "other metric")) with equal final \
        values.</p>
        """
    }
    return body
  }

  private static func table(
    _ name: String, _ rows: [MetricMatrix.Row], _ compared: ComparedRuns
  ) -> HTML {
    var columns: [DataTable.Column] = [.text("cell"), .text("metric")]
    for (place, letter) in compared.letters.enumerated() {
      columns.append(.number(letter, about: compared.runs[place].summary.run.id))
      if place > 0 { columns.append(.number("\(letter) − a")) }
    }
    var table = DataTable(name: name, columns)
    for row in rows.prefix(ComparisonPage.rowLimit) {
      var fields: [DataTable.Field] = [.init(row.cell), .init(row.metric)]
      for (place, value) in row.values.enumerated() {
        fields.append(.init(value))
        guard place > 0 else { continue }
        if let value, let first = row.values[0] {
          let change = value - first
          fields.append(.init(html: "\(Display.difference(change))", value: change.description))
        } else {
          fields.append(.init(""))
        }
      }
      table.append(fields)
    }
    return "\(table.html)\(ComparisonPage.rest(rows.count))"
  }
}
