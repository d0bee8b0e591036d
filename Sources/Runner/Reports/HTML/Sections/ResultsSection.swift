internal import PipelineDSL
internal import Store

/// The scores that a researcher looks for first, compared with thresholds and published numbers.
enum ResultsSection: ReportSection {
  static let (id, title) = ("results", "Results")
  private static let (rowLimit, columnLimit) = (60, 9)
  private static let order = [
    "accuracy", "macro-f1", "macro-f1-present", "weighted-f1", "macro-sensitivity",
    "macro-specificity", "macro-precision", "macro-auc", "loss",
  ]

  static func body(_ context: ReportContext) -> HTML? {
    var body = HTML.empty
    for stage in context.facts.graph.stages {
      let cells = context.facts.cells(of: stage.name)
      body += scores(cells, of: stage.name)
      for cell in cells { body += ResultTables.html(cell, context.reader) }
    }
    body += checksAndReferences(context.facts)
    if let sentence = context.facts.testSentence {
      body += """
        <p class="soft">The test set was \(sentence). A choice made after a look at it makes its metrics \
        too good.</p>
        """
    }
    return body.text.isEmpty ? nil : body
  }

  /// One row per cell: the numbers of the test set, or of validation if there is no test set.
  private static func scores(_ cells: [RunFacts.CellFacts], of stage: String) -> HTML {
    // Without histories, whose last step need not be the one that was kept.
    let values = cells.map { cell in
      let final = cell.metrics.filter { $0.step == nil }
      return Dictionary(final.map { ($0.name, $0.value) }) { _, last in last }
    }
    let names = Set(values.flatMap(\.keys))
    guard let part = ["test/", "validation/"].first(where: { names.contains($0 + "accuracy") })
    else { return .empty }
    let own = names.filter { $0.hasPrefix(part) }.map { String($0.dropFirst(part.count)) }
      .filter { !$0.contains("/") && $0 != "samples" }
      // The ends of intervals have a section of their own.
      .filter { !$0.hasSuffix("-low") && !$0.hasSuffix("-high") }
    let known = order.filter(own.contains)
    let columns = Array((known + own.filter { !order.contains($0) }.sorted()).prefix(columnLimit))
    let best = columns.map { column -> Double? in
      let all = values.compactMap { $0[part + column] }.filter(\.isFinite)
      guard cells.count > 1 else { return nil }
      return MetricDirection(of: column) == .lower ? all.min() : all.max()
    }
    let rows = zip(cells, values).filter { !$1.isEmpty }
    let (shown, rest) = cut(Array(rows), to: rowLimit, "cell", see: "'assay metrics'")
    let lines = shown.map { cell, values -> HTML in
      let fields = zip(columns, best).map { column, best -> HTML in
        guard let value = values[part + column] else { return "<td class=\"n\"></td>" }
        let text = Display.number(value)
        return value == best
          ? "<td class=\"n\"><b>\(text)</b></td>" : "<td class=\"n\">\(text)</td>"
      }
      return "<tr><td>\(cell.row.cell)</td>\(HTML(fields))</tr>"
    }
    let remark =
      cells.count > 1 ? "; the highest of each column is bold, of losses the lowest" : ""
    return """
      <h3>\(stage) <span class="soft">on the \(part.dropLast().description) set\(remark)</span></h3>
      <div class="scroll"><table class="wide"><tr><th>cell</th>\
      \(HTML(columns.map { "<th class=\"n\">\($0)</th>" }))</tr>
      \(HTML(lines))</table></div>\(rest)
      """
  }

  /// Checks and published numbers, next to the values of this run.
  private static func checksAndReferences(_ facts: RunFacts) -> HTML {
    var lines: [HTML] = []
    let references = Dictionary(grouping: facts.references, by: \.cell)
    for cell in facts.cells {
      let values = Dictionary(uniqueKeysWithValues: cell.lastValues.map { ($0, $1) })
      for check in cell.checks {
        let verdict: HTML =
          check.met ? "<span class=\"good\">met</span>" : "<b class=\"bad\">not met</b>"
        lines.append(
          line(
            cell.row.cell, check.metric, check.value,
            "\(check.relation.replacing("-", with: " ")) \(Display.number(check.threshold))",
            verdict, ""))
      }
      for reference in references[cell.row.cell] ?? [] {
        let ours = values[reference.metric]
        let difference = ours.map { Display.difference($0 - reference.value) } ?? ""
        lines.append(
          line(
            cell.row.cell, reference.metric, ours,
            "\(Display.number(reference.value)) published", "\(difference)", reference.source))
      }
    }
    guard !lines.isEmpty else { return .empty }
    return """
      <h3>Checks and published numbers</h3>
      <div class="scroll"><table class="wide"><tr><th>cell</th><th>metric</th>\
      <th class="n">ours</th><th class="n">compared with</th><th class="n">result or difference</th>\
      <th>source</th></tr>
      \(HTML(lines))</table></div>
      """
  }

  private static func line(
    _ cell: String, _ metric: String, _ ours: Double?, _ against: String, _ verdict: HTML,
    _ source: String
  ) -> HTML {
    """
    <tr><td>\(cell)</td><td class="nowrap">\(metric)</td>\
    <td class="n"><b>\(ours.map(Display.number) ?? "none")</b></td>\
    <td class="n">\(against)</td><td class="n">\(verdict)</td><td class="soft">\(source)</td></tr>
    """
  }
}
