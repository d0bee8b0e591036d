internal import PipelineDSL
internal import Store

/// Confusion matrices and scores by class, one card per cell.
enum ConfusionSection: ReportSection {
  static let (id, title) = ("confusion", "Confusion and scores by class")
  private static let cellLimit = 24
  /// The start of the names of the files with a matrix.
  private static let stem = "confusion_"

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
          // Tables are read only for cards that are shown.
          guard files.contains(where: { $0.path.hasPrefix(stem) }) else { continue }
          if cards.count >= cellLimit {
            cards.append(.empty)
          } else if let found = Evaluation.Files(cell, files) {
            cards.append(card(Evaluation(found, context.reader)))
          }
        }
      }
    }
    guard !cards.isEmpty else { return nil }
    let (shown, rest) = cut(cards, to: cellLimit, "cell", see: "'assay figure'")
    return """
      <p class="soft small">Rows are true classes, columns are predicted classes; the shade is the share of \
      the true class. Sensitivity is TP/(TP+FN), specificity TN/(TN+FP).</p>
      \(HTML(shown))\(rest)
      """
  }

  private static func card(_ evaluation: Evaluation) -> HTML {
    let scores = evaluation.table(ClassesFormat.file)
    let parts = evaluation.parts
    let panels = parts.map { part -> HTML in
      "<div class=\"pair\">\(matrix(evaluation, part))\(self.scores(scores, part.rawValue))</div>"
    }
    let others = zip(parts, panels).dropFirst().map { part, panel -> HTML in
      "<details><summary>\(part.rawValue)</summary>\(panel)</details>"
    }
    return """
      <div class="card roomy"><h3>\(evaluation.cell) <span class="soft">\(evaluation.part.rawValue)</span></h3>\
      \(panels[0])\(HTML(others))</div>
      """
  }

  private static func matrix(_ evaluation: Evaluation, _ part: Part) -> HTML {
    switch evaluation.table(ConfusionFormat.file(of: part)) {
    case .value(let table)?:
      ConfusionFigures.figure(evaluation, part, table)?.html
        ?? missing("\(table.columns.count - 1) classes are too many to draw")
    case .missing(let reason)?: missing(reason)
    case nil: .empty
    }
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
      var data = DataTable(
        name: "scores by class, \(part)",
        columns.enumerated().map { place, column in
          place == 0 ? .text(table.columns[column]) : .number(table.columns[column])
        })
      for row in table.rows where row[partColumn] == part {
        data.append(columns.map { field(row[$0], named: table.columns[$0]) })
      }
      return data.html
    }
  }

  private static func field(_ text: String, named name: String) -> DataTable.Field {
    guard name != ClassesFormat.Column.name.rawValue, let value = Double(text) else {
      return DataTable.Field(text)
    }
    let bar: HTML =
      name == ClassesFormat.Column.f1.rawValue
      ? "<span class=\"track\"><i style=\"width:\(max(0, min(1, value)) * 100)%\"></i></span>"
      : .empty
    return DataTable.Field(html: "\(bar)\(Display.number(value))", value: text)
  }
}
