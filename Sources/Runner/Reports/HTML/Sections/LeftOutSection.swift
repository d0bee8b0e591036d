internal import PipelineDSL
internal import Store

/// Files and samples that stages left out: how many, why, and the first few.
enum LeftOutSection: ReportSection {
  static let (id, title) = ("left-out", "Rejected and dropped")
  private static let (cardLimit, lineLimit, reasonLimit) = (40, 5, 12)

  static func body(_ context: ReportContext) -> HTML? {
    var cards: [HTML] = []
    var clean: [String] = []
    var seen: Set<Digest> = []
    for cell in context.facts.cells {
      for artifact in cell.artifacts where ["rejected", "dropped"].contains(artifact.port) {
        guard seen.insert(artifact.digest).inserted else { continue }
        switch context.reader.files(artifact) {
        case .missing(let reason): cards.append(card(cell.row.cell, artifact.port, missing(reason)))
        case .value(let files):
          switch context.reader.table(artifact.port + ".csv", in: files) {
          case nil: continue
          case .missing(let reason)?:
            cards.append(card(cell.row.cell, artifact.port, missing(reason)))
          case .value(let table)? where table.rows.isEmpty:
            clean.append("\(cell.row.cell) \(artifact.port)")
          case .value(let table)?:
            cards.append(card(cell.row.cell, artifact.port, summary(table)))
          }
        }
      }
    }
    guard !cards.isEmpty || !clean.isEmpty else { return nil }
    let (shown, rest) = cut(cards, to: cardLimit, "list")
    let none: HTML =
      clean.isEmpty
      ? .empty
      : "<p class=\"soft small\">No files rejected or dropped: \(clean.joined(separator: ", ")).</p>"
    return "<div class=\"cards\">\(HTML(shown))</div>\(rest)\(none)"
  }

  private static func card(_ cell: String, _ port: String, _ body: HTML) -> HTML {
    "<div class=\"card\"><h3>\(cell) <span class=\"soft\">\(port)</span></h3>\(body)</div>"
  }

  private static func summary(_ table: CSVTable) -> HTML {
    var reasons: [String: Int] = [:]
    if let column = table.columns.firstIndex(of: LeftOutFormat.reasonColumn) {
      for row in table.rows { reasons[row[column], default: 0] += 1 }
    }
    let sorted = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let (shown, rest) = cut(sorted, to: reasonLimit, "reason")
    let first = table.rows.prefix(lineLimit).map { row -> HTML in
      let fields = row.map { $0.count > 40 ? $0.prefix(16) + "…" : $0 }
      return "<li>\(fields.joined(separator: ", "))</li>"
    }
    return """
      <p><b>\(table.rows.count)</b> in total</p>
      <table>\(HTML(shown.map { "<tr><td class=\"n\">\($0.value)</td><td>\($0.key)</td></tr>" }))</table>\
      \(rest)<details><summary>the first \(first.count)</summary><ul class="small">\(HTML(first))</ul></details>
      """
  }
}
