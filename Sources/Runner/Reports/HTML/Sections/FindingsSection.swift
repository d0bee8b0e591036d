internal import PipelineDSL
internal import Store

/// What inspections of data found: how bad it is, and the parameter that removes it.
enum FindingsSection: ReportSection {
  static let (id, title) = ("findings", "Findings in the data")
  private static let (cardLimit, rowLimit) = (20, 500)

  /// The severities, the worst first.
  private static let order = ["error", "warning", "note"]

  /// What an inspection wrote, or why it cannot be shown.
  private typealias Inspection = (
    cell: String, found: ArtifactReader.Found<CSVTable>, files: [ArtifactManifest.File]
  )

  /// The tables of all inspections, each once.
  private static func inspections(_ context: ReportContext) -> [Inspection] {
    var inspections: [Inspection] = []
    var seen: Set<Digest> = []
    for cell in context.facts.cells {
      for artifact in cell.artifacts where artifact.port == FindingsFormat.port {
        guard seen.insert(artifact.digest).inserted else { continue }
        switch context.reader.files(artifact) {
        case .missing(let reason): inspections.append((cell.row.cell, .missing(reason), []))
        case .value(let files):
          guard let table = context.reader.table(FindingsFormat.file, in: files) else { continue }
          inspections.append((cell.row.cell, table, files))
        }
      }
    }
    return inspections
  }

  /// The number of findings of each severity, the worst first.
  static func severities(_ context: ReportContext) -> [(severity: String, count: Int)] {
    var counts: [String: Int] = [:]
    for case (_, .value(let table), _) in inspections(context) {
      guard let column = table.position(of: FindingsFormat.Column.severity) else { continue }
      for row in table.rows { counts[row[column], default: 0] += 1 }
    }
    return counts.map { (severity: $0.key, count: $0.value) }.sorted {
      (rank($0.severity), $0.severity) < (rank($1.severity), $1.severity)
    }
  }

  private static func rank(_ severity: String) -> Int {
    order.firstIndex(of: severity) ?? order.count
  }

  static func body(_ context: ReportContext) -> HTML? {
    var figures = SheetFigures(context, budget: context.pictures.shares.sheets / 3)
    let cards = inspections(context).map { cell, found, files -> HTML in
      switch found {
      case .missing(let reason): return card(cell, missing(reason))
      case .value(let table):
        let sheets = sheets(table, files, of: cell, &figures)
        return card(cell, "\(list(table, of: cell))\(sheets)")
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

  private static func list(_ table: CSVTable, of cell: String) -> HTML {
    guard !table.rows.isEmpty else { return "<p>Nothing was found.</p>" }
    let columns: [FindingsFormat.Column] = [.kind, .severity, .scope, .count, .detail, .remedy]
    let positions = columns.compactMap { table.position(of: $0) }
    guard positions.count == columns.count else {
      return missing("\(FindingsFormat.file) has other columns than expected")
    }
    // The worst first; within a severity in the order of the file.
    let rows = table.rows.enumerated().sorted {
      (rank($0.element[positions[1]]), $0.offset) < (rank($1.element[positions[1]]), $1.offset)
    }.map(\.element)
    var data = DataTable(
      name: "findings of \(cell)",
      columns.map { $0 == .count ? .number($0.rawValue) : .text($0.rawValue) })
    let (shown, rest) = cut(rows, to: rowLimit, "finding", see: FindingsFormat.file)
    for row in shown {
      data.append(
        zip(columns, positions).map { column, position in
          guard column == .severity else { return .init(row[position]) }
          let style = ["error": "bad", "warning": "warn"][row[position]] ?? "soft"
          return .init(
            html: "<span class=\"\(style)\">\(row[position])</span>", value: row[position])
        })
    }
    return """
      \(data.html)\(rest)<p class="soft small">'assay checkout' extracts the lists of samples.</p>
      """
  }
}
