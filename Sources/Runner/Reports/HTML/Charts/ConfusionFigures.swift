internal import PipelineDSL

/// The confusion matrix of every evaluated model on each part.
enum ConfusionFigures: FigureSource {
  private static let classLimit = 24

  static func figures(_ facts: RunFacts, _ reader: ArtifactReader, limit: Int) -> FigureList {
    var list = FigureList()
    for found in Evaluation.Files.all(facts, reader) {
      guard list.figures.count < limit else {
        list.leftOut += found.parts.count
        continue
      }
      let evaluation = Evaluation(found, reader)
      list.figures += evaluation.parts.compactMap { part in
        evaluation.readable(ConfusionFormat.file(of: part)).flatMap { figure(evaluation, part, $0) }
      }
    }
    return list
  }

  /// The figure of a matrix; `nil` if it has too many classes to be drawn.
  static func figure(_ evaluation: Evaluation, _ part: Part, _ table: CSVTable) -> Figure? {
    guard let map = map(table, title: "Confusion of \(evaluation.cell), \(part.rawValue)") else {
      return nil
    }
    var caption = "Confusion of \(evaluation.evidence(of: part)): rows are true classes, columns "
    caption += "predicted ones; shade and percent are shares of the true class"
    if let row = evaluation.interval("accuracy", part: part) {
      caption += "; accuracy \(Display.number(row.value))\(Evaluation.text(row))"
    }
    let name = part == evaluation.part ? evaluation.cell : "\(evaluation.cell)/\(part.rawValue)"
    return Figure(map, name: "confusion/\(name)", caption: caption + ".")
  }

  /// A matrix whose fields are shaded by their share of the row; `nil` if it is too large.
  static func map(_ table: CSVTable, title: String) -> HeatMap? {
    let classes = Array(table.columns.dropFirst())
    guard (1...classLimit).contains(classes.count), table.rows.count <= classLimit else {
      return nil
    }
    let fields = table.rows.map { row in
      // Any program may have written the table, so no number in it may overflow the sum.
      let counts = row.dropFirst().map { max(0, min(Int($0) ?? 0, 1 << 40)) }
      let total = counts.reduce(0, +)
      return zip(classes, counts).map { column, count in
        let share = total > 0 ? Double(count) / Double(total) : 0
        let percent = Int((share * 100).rounded())
        return HeatMap.Field(
          share: share, text: String(count), small: count > 0 ? "\(percent)%" : "",
          about: "\(row[0]) called \(column): \(count) of \(total)")
      }
    }
    return HeatMap(
      title: title, rows: table.rows.map { $0[0] }, columns: classes, rowLabel: "true",
      columnLabel: "predicted", fields: fields)
  }
}
