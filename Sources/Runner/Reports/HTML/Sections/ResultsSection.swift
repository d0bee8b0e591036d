internal import PipelineDSL
internal import Store

/// The headline scores with intervals, deviations and published numbers; then what `compare` wrote.
enum ResultsSection: ReportSection {
  static let (id, title) = ("results", "Results")
  private static let rowLimit = 500

  static func body(_ context: ReportContext) -> HTML? {
    var body = HTML(Headline.all(context.facts).map(table))
    body += published(context.facts)
    for cell in context.facts.cells where cell.row.kind == ResultTables.kind {
      body += ResultTables.html(cell, context.reader)
    }
    return body.text.isEmpty ? nil : body
  }

  /// One row per cell or group of repeats, one column per metric.
  private static func table(_ headline: Headline) -> HTML {
    let rows = headline.rows
    let isRepeated = rows.contains { $0.expected > 1 }
    let best = headline.metrics.map { metric -> Double? in
      let all = rows.compactMap { $0.values[metric]?.mean }.filter(\.isFinite)
      guard rows.count > 1 else { return nil }
      return MetricDirection(of: metric) == .lower ? all.min() : all.max()
    }
    var table = DataTable(
      name: "\(headline.stage) on the \(headline.part.rawValue) set",
      [.text("cell")] + (isRepeated ? [.number("repeats")] : [])
        + headline.metrics.map { .number($0) })
    let (shown, rest) = cut(rows, to: rowLimit, "row", see: "'assay metrics'")
    for row in shown {
      let fields = zip(headline.metrics, best).map { field(row.values[$0], best: $1) }
      table.append(
        [.init(row.name)] + (isRepeated ? [repeats(row)] : []) + fields)
    }
    return """
      <h3>\(headline.stage) <span class="soft">on the \(headline.part.rawValue) set</span></h3>
      \(table.html)\(rest)<p class="soft small">\(legend(headline, isRepeated))</p>
      """
  }

  /// The number of repeats with a value, and of all where some have none.
  private static func repeats(_ row: Headline.Row) -> DataTable.Field {
    let text = row.count < row.expected ? "\(row.count) of \(row.expected)" : "\(row.count)"
    return .init(html: "\(text)", value: String(row.count))
  }

  /// What the numbers beside the values mean; only what the table has.
  private static func legend(_ headline: Headline, _ isRepeated: Bool) -> String {
    let values = headline.rows.flatMap(\.values.values)
    var parts: [String] = []
    if isRepeated { parts.append("± is the standard deviation over repeats.") }
    if values.contains(where: { $0.interval != nil }) {
      parts.append(
        "In brackets the interval of 95 %, unless 'confidence' is set (see \(IntervalsSection.title))."
      )
    }
    if values.contains(where: { $0.published != nil }) {
      parts.append("'published' is the number of the paper, with our difference from it.")
    }
    if headline.rows.count > 1 { parts.append("The best of each column is bold.") }
    return parts.joined(separator: " ")
  }

  private static func field(_ value: Headline.Value?, best: Double?) -> DataTable.Field {
    guard let value else { return .init("") }
    let number = Display.number(value.mean)
    var html: HTML = value.mean == best ? "<b>\(number)</b>" : "\(number)"
    if let deviation = value.deviation {
      html += " <span class=\"soft\">± \(Display.number(deviation))</span>"
    }
    if let interval = value.interval {
      html += """
        <br><span class="soft small">[\(Display.number(interval.lowerBound)), \
        \(Display.number(interval.upperBound))]</span>
        """
    }
    if let published = value.published {
      html += """
        <br><span class="soft small">published \(Display.number(published.value)), \
        \(Display.difference(value.mean - published.value))</span>
        """
    }
    return .init(html: html, value: value.mean.description)
  }

  /// Every published number beside ours, with its source.
  private static func published(_ facts: RunFacts) -> HTML {
    let references = facts.references
    guard !references.isEmpty else { return .empty }
    let cells = Dictionary(facts.cells.map { ($0.row.cell, $0) }) { first, _ in first }
    var table = DataTable(
      name: "published numbers",
      [
        .text("cell"), .text("metric"), .number("ours"), .number("published"),
        .number("difference"), .text("source"),
      ])
    let (shown, rest) = cut(references, to: rowLimit, "published number", see: "'assay results'")
    var values: [String: [String: Double]] = [:]
    for reference in shown {
      if values[reference.cell] == nil {
        values[reference.cell] = cells[reference.cell]?.finalValues() ?? [:]
      }
      let ours = values[reference.cell]?[reference.metric]
      let difference = ours.map { $0 - reference.value }
      table.append([
        .init(reference.cell), .init(reference.metric), .init(ours), .init(reference.value),
        .init(
          html: "\(difference.map(Display.difference) ?? "")",
          value: difference?.description ?? ""),
        .init(reference.source),
      ])
    }
    return "<h3>Published numbers</h3>\n\(table.html)\(rest)"
  }
}
