internal import PipelineDSL
internal import Store

/// What inspections of data found: how bad it is, and the parameter that removes it.
enum FindingsSection: ReportSection {
  static let (id, title) = ("findings", "Findings in the data")
  private static let (cardLimit, rowLimit) = (20, 60)

  static func body(_ context: ReportContext) -> HTML? {
    var cards: [HTML] = []
    var figures = SheetFigures(context, budget: context.pictures.shares.sheets / 3)
    var seen: Set<Digest> = []
    for cell in context.facts.cells {
      for artifact in cell.artifacts where artifact.port == FindingsFormat.port {
        guard seen.insert(artifact.digest).inserted else { continue }
        switch context.reader.files(artifact) {
        case .missing(let reason): cards.append(card(cell.row.cell, missing(reason)))
        case .value(let files):
          switch context.reader.table(FindingsFormat.file, in: files) {
          case nil: continue
          case .missing(let reason)?: cards.append(card(cell.row.cell, missing(reason)))
          case .value(let table)?:
            let sheets = sheets(table, files, of: cell.row.cell, &figures)
            cards.append(card(cell.row.cell, "\(list(table))\(sheets)"))
          }
        }
      }
    }
    guard !cards.isEmpty else { return nil }
    let (shown, rest) = cut(cards, to: cardLimit, "inspection")
    return "\(HTML(shown))\(rest)"
  }

  private static func card(_ cell: String, _ body: HTML) -> HTML {
    "<div class=\"card\"><h3>\(cell)</h3>\(body)</div>"
  }

  /// The picture sheets of the findings, each once, with what it shows.
  private static func sheets(
    _ table: CSVTable, _ files: [ArtifactManifest.File], of cell: String,
    _ figures: inout SheetFigures
  ) -> HTML {
    guard let sheet = table.position(of: FindingsFormat.Column.sheet),
      let kind = table.position(of: FindingsFormat.Column.kind)
    else { return .empty }
    var pictures: [HTML] = []
    var seen: Set<String> = []
    for row in table.rows where seen.insert(row[sheet]).inserted {
      guard let file = files.first(where: { $0.path == row[sheet] }) else { continue }
      let isSet = ["duplicate", "same-cell", "label-conflict"].contains { row[kind].contains($0) }
      let about = isSet ? "one set after the other" : "in the order of their labels"
      pictures.append(
        figures.figure(
          file, of: cell, caption: "<b>\(row[kind])</b>: some of the samples, \(about)"))
    }
    guard !pictures.isEmpty else { return .empty }
    return "<details><summary>pictures of the samples</summary>\(HTML(pictures))</details>"
  }

  private static func list(_ table: CSVTable) -> HTML {
    guard !table.rows.isEmpty else { return "<p>Nothing was found.</p>" }
    let columns: [FindingsFormat.Column] = [.severity, .kind, .scope, .count, .detail, .remedy]
    let positions = columns.map { table.position(of: $0) }
    guard !positions.contains(nil) else {
      return missing("\(FindingsFormat.file) has other columns than expected")
    }
    let order = ["error", "warning", "note"]
    func rank(_ row: [String]) -> Int {
      positions[0].flatMap { order.firstIndex(of: row[$0]) } ?? order.count
    }
    // The worst first; within a severity in the order of the file.
    let rows = table.rows.enumerated().sorted {
      (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
    }.map(\.element)
    let (shown, rest) = cut(rows, to: rowLimit, "finding", see: FindingsFormat.file)
    let lines = shown.map { row -> HTML in
      let fields = zip(columns, positions).map { column, position -> HTML in
        let field = position.map { row[$0] } ?? ""
        return column == .count ? "<td class=\"n\">\(field)</td>" : "<td>\(field)</td>"
      }
      return "<tr>\(HTML(fields))</tr>"
    }
    let heads = columns.map { column -> HTML in
      column == .count
        ? "<th class=\"n\">\(column.rawValue)</th>" : "<th>\(column.rawValue)</th>"
    }
    return """
      <div class="scroll"><table class="wide"><tr>\(HTML(heads))</tr>
      \(HTML(lines))</table></div>\(rest)<p class="soft small">'assay checkout' extracts the lists of samples.</p>
      """
  }
}
