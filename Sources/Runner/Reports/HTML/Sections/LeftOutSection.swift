internal import PipelineDSL
internal import Store

/// Files and samples that stages left out: how many, why, and which.
enum LeftOutSection: ReportSection {
  static let (id, title) = ("left-out", "Rejected and dropped")
  private static let (cardLimit, lineLimit, reasonLimit) = (40, 20, 12)

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
            let body = summary(table, "\(cell.row.cell)-\(artifact.port)", context)
            cards.append(card(cell.row.cell, artifact.port, body))
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

  private static func summary(
    _ table: CSVTable, _ name: String, _ context: ReportContext
  ) -> HTML {
    var reasons: [String: Int] = [:]
    if let column = table.columns.firstIndex(of: LeftOutFormat.reasonColumn) {
      for row in table.rows { reasons[row[column], default: 0] += 1 }
    }
    let sorted = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let (shown, rest) = cut(sorted, to: reasonLimit, "reason")
    var list = DataTable(name: name, table.columns.map { .text($0) })
    for row in table.rows.prefix(lineLimit) {
      list.append(
        row.map { field in
          .init(html: "\(field.count > 40 ? "\(field.prefix(16))…" : field)", value: field)
        })
    }
    return """
      <p><b>\(table.rows.count)</b> in total</p>
      <table>\(HTML(shown.map { "<tr><td class=\"n\">\($0.value)</td><td>\($0.key)</td></tr>" }))</table>\
      \(rest)<details><summary>\(list.count == table.rows.count ? "all" : "the first") \(list.count)</summary>\
      \(list.html)</details>\(all(table, name, context))
      """
  }

  /// The link to the whole table, if only its beginning is shown.
  private static func all(_ table: CSVTable, _ name: String, _ context: ReportContext) -> HTML {
    guard table.rows.count > lineLimit,
      let link = context.pictures.files.add(name, "csv", table.bytes)
    else { return .empty }
    return "<p class=\"small\"><a href=\"\(link)\">all \(table.rows.count) as CSV</a></p>"
  }
}
