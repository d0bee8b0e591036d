internal import PipelineDSL
internal import Store

/// Confusion matrices and scores by class, one card per cell.
enum ConfusionSection: ReportSection {
  static let (id, title) = ("confusion", "Confusion and scores by class")
  private static let (cellLimit, classLimit) = (24, 24)

  static func body(_ context: ReportContext) -> HTML? {
    var cards: [HTML] = []
    var seen: Set<Digest> = []
    for cell in context.facts.cells {
      for artifact in cell.artifacts where artifact.type == .metrics {
        guard seen.insert(artifact.digest).inserted else { continue }
        switch context.reader.files(artifact) {
        case .missing(let reason):
          cards.append("<div class=\"card\"><h3>\(cell.row.cell)</h3>\(missing(reason))</div>")
        case .value(let files):
          if let card = card(cell.row.cell, files, context.reader) { cards.append(card) }
        }
      }
    }
    guard !cards.isEmpty else { return nil }
    let (shown, rest) = cut(cards, to: cellLimit, "cell", see: "'assay checkout'")
    return """
      <p class="soft small">Rows are true classes, columns are predicted classes; the shade is the share of \
      the true class. Sensitivity is TP/(TP+FN), specificity TN/(TN+FP).</p>
      \(HTML(shown))\(rest)
      """
  }

  private static func card(
    _ cell: String, _ files: [ArtifactManifest.File], _ reader: ArtifactReader
  ) -> HTML? {
    let names = Set(files.map(\.path))
    let parts = Part.allCases.reversed().filter { names.contains(ConfusionFormat.file(of: $0)) }
    guard !parts.isEmpty else { return nil }
    let scores = reader.table(ClassesFormat.file, in: files)
    let panels = parts.map { part -> HTML in
      let matrix: HTML =
        switch reader.table(ConfusionFormat.file(of: part), in: files) {
        case .value(let table)?: self.matrix(table)
        case .missing(let reason)?: missing(reason)
        case nil: .empty
        }
      return
        "<div class=\"pair\"><div class=\"scroll\">\(matrix)</div>\(self.scores(scores, part.rawValue))</div>"
    }
    let others = zip(parts, panels).dropFirst().map { part, panel -> HTML in
      "<details><summary>\(part.rawValue)</summary>\(panel)</details>"
    }
    return """
      <div class="card roomy"><h3>\(cell) <span class="soft">\(parts[0].rawValue)</span></h3>\(panels[0])\
      \(HTML(others))</div>
      """
  }

  /// A matrix whose fields are shaded by their share of the row.
  static func matrix(_ table: CSVTable) -> HTML {
    let classes = Array(table.columns.dropFirst())
    guard classes.count <= classLimit else {
      return missing("\(classes.count) classes are too many to draw")
    }
    let rows = table.rows.map { row -> HTML in
      // Any program may have written the table, so no number in it may overflow the sum.
      let counts = row.dropFirst().map { max(0, min(Int($0) ?? 0, 1 << 40)) }
      let total = counts.reduce(0, +)
      let fields = counts.map { count -> HTML in
        let share = total > 0 ? Double(count) / Double(total) : 0
        let percent = Int((share * 100).rounded())
        let small: HTML = count > 0 ? "<br><small>\(percent)%</small>" : .empty
        return """
          <td class="c\(share > 0.45 ? " strong" : "")" \
          style="background:rgb(var(--heat) / \(percent)%)">\(count)\(small)</td>
          """
      }
      return "<tr><th class=\"row\">\(row[0])</th>\(HTML(fields))</tr>"
    }
    return """
      <table class="confusion"><tr><th></th>\(HTML(classes.map { "<th>\($0)</th>" }))</tr>
      \(HTML(rows))</table>
      """
  }

  private static func scores(
    _ found: ArtifactReader.Found<CSVTable>?, _ part: String
  ) -> HTML {
    switch found {
    case .missing(let reason)?: return missing(reason)
    case nil: return .empty
    case .value(let table)?:
      guard let partColumn = table.position(of: ClassesFormat.Column.part) else { return .empty }
      let columns = table.columns.indices.filter { $0 != partColumn }
      let heads = columns.map { column -> HTML in
        column == columns.first
          ? "<th>\(table.columns[column])</th>" : "<th class=\"n\">\(table.columns[column])</th>"
      }
      let rows = table.rows.filter { $0[partColumn] == part }.map { row -> HTML in
        HTML(columns.map { field(row[$0], named: table.columns[$0], first: $0 == columns.first) })
      }
      return """
        <div class="scroll"><table><tr>\(HTML(heads))</tr>
        \(HTML(rows.map { "<tr>\($0)</tr>" }))</table></div>
        """
    }
  }

  private static func field(_ text: String, named name: String, first: Bool) -> HTML {
    if first { return "<td>\(text)</td>" }
    guard let value = Double(text) else { return "<td class=\"n\">\(text)</td>" }
    let bar: HTML =
      name == "f1"
      ? "<span class=\"track\"><i style=\"width:\(max(0, min(1, value)) * 100)%\"></i></span>"
      : .empty
    return "<td class=\"n\">\(bar)\(Display.number(value))</td>"
  }
}
