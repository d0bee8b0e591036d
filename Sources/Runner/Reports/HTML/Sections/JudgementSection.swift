internal import PipelineDSL
internal import Store

/// How far explanations can be trusted: their measures, and the gains over maps without a model.
enum JudgementSection: ReportSection {
  static let (id, title) = ("judgement", "Measured explanations")
  private static let (cellLimit, rowLimit) = (24, 120)

  static func body(_ context: ReportContext) -> HTML? {
    var cards: [HTML] = []
    for cell in context.facts.cells {
      for artifact in cell.artifacts where artifact.type == .metrics {
        guard case .value(let files) = context.reader.files(artifact) else { continue }
        switch context.reader.table(GainsFormat.file, in: files) {
        case nil: continue
        case .missing(let reason)?: cards.append(missing(reason))
        case .value(let table)?: cards.append(card(cell.row.cell, table))
        }
      }
    }
    guard !cards.isEmpty else { return nil }
    let (shown, rest) = cut(cards, to: cellLimit, "cell", see: "'assay checkout'")
    return """
      <p class="soft small">A gain is the mean difference from the best of the baseline maps, which \
      are made without the model; positive is better. Where its interval is not above 0, the \
      explanation shows no more than such a map: no-gain.</p>
      \(HTML(shown))\(rest)
      """
  }

  /// The rows of the methods; those of the baselines are folded away.
  static func card(_ cell: String, _ table: CSVTable) -> HTML {
    guard let verdict = table.position(of: GainsFormat.Column.verdict) else {
      return missing("\(GainsFormat.file) of \(cell) has no verdicts")
    }
    let baselines = table.rows.filter { $0[verdict] == "baseline" }
    let folded: HTML =
      baselines.isEmpty
      ? .empty
      : "<details><summary>baselines</summary>\(rows(baselines, of: table, verdict, cell))</details>"
    return """
      <h3>\(cell)</h3>
      \(rows(table.rows.filter { $0[verdict] != "baseline" }, of: table, verdict, cell))\(folded)
      """
  }

  private static func rows(
    _ rows: [[String]], of table: CSVTable, _ verdict: Int, _ cell: String
  ) -> HTML {
    let texts: [GainsFormat.Column] = [.method, .measure, .better, .baseline]
    let left = Set(texts.compactMap { table.position(of: $0) } + [verdict])
    var data = DataTable(
      name: "explanations of \(cell)",
      table.columns.enumerated().map { left.contains($0) ? .text($1) : .number($1) })
    let (shown, rest) = cut(rows, to: rowLimit, "row", see: "'assay checkout'")
    for row in shown {
      data.append(
        row.enumerated().map { column, text in
          if column == verdict {
            let style = text == "gain" ? "good" : text == "no-gain" ? "bad" : "soft"
            return .init(html: "<span class=\"\(style)\">\(text)</span>", value: text)
          }
          guard !left.contains(column), let number = Double(text) else { return .init(text) }
          return .init(html: "\(Display.number(number))", value: text)
        })
    }
    return "\(data.html)\(rest)"
  }
}
