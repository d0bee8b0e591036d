internal import PipelineDSL
internal import Store

/// Headline numbers with their intervals.
enum IntervalsSection: ReportSection {
  static let (id, title) = ("intervals", "Intervals")
  private static let rowLimit = 60
  /// The metrics of `intervals.csv` that are shown, each as the first method gives it.
  private static let metrics = [
    "accuracy", "macro-f1", "macro-sensitivity", "macro-specificity", "macro-precision",
    "macro-auc",
  ]

  /// The columns of `intervals.csv` that are read.
  private struct Columns {
    let part, scope, metric, value, low, high: Int

    init?(_ table: CSVTable) {
      func place(_ column: IntervalsFormat.Column) -> Int? { table.position(of: column) }
      guard let part = place(.part), let scope = place(.scope), let metric = place(.metric),
        let value = place(.value), let low = place(.low), let high = place(.high)
      else { return nil }
      (self.part, self.scope, self.metric) = (part, scope, metric)
      (self.value, self.low, self.high) = (value, low, high)
    }
  }

  static func body(_ context: ReportContext) -> HTML? {
    var (lines, problems): ([HTML], [HTML]) = ([], [])
    var seen: Set<Digest> = []
    for cell in context.facts.cells {
      for artifact in cell.artifacts where artifact.type == .metrics {
        guard seen.insert(artifact.digest).inserted,
          case .value(let files) = context.reader.files(artifact)
        else { continue }
        switch context.reader.table(IntervalsFormat.file, in: files) {
        case nil: continue
        case .missing(let reason)?: problems.append(missing(reason))
        case .value(let table)?:
          if let line = line(cell.row.cell, table) { lines.append(line) }
        }
      }
    }
    guard !lines.isEmpty || !problems.isEmpty else { return nil }
    let (shown, rest) = cut(lines, to: rowLimit, "cell", see: "'assay checkout'")
    let heads = HTML(metrics.map { "<th class=\"n\">\($0)</th>" })
    return """
      <p class="soft small">Values with the ends of their intervals, of 95 % unless 'confidence' is set. \
      Accuracy has Wilson's interval, which takes samples as independent; the others are from a bootstrap \
      (BCa) of groups, or of samples where there are no groups. intervals.csv has all intervals.</p>
      <div class="scroll"><table class="wide"><tr><th>cell</th><th>part</th>\(heads)</tr>
      \(HTML(shown))</table></div>\(rest)\(HTML(problems))
      """
  }

  /// The row of a cell: the intervals of its test part, or of validation if there is no test part.
  private static func line(_ cell: String, _ table: CSVTable) -> HTML? {
    guard let columns = Columns(table) else { return nil }
    let rows = table.rows.filter { $0[columns.scope] == IntervalsFormat.overall }
    let parts = [Part.test, .validation]
    guard
      let part = parts.first(where: { part in
        rows.contains { $0[columns.part] == part.rawValue }
      })
    else { return nil }
    let fields = metrics.map { metric -> HTML in
      let row = rows.first { $0[columns.part] == part.rawValue && $0[columns.metric] == metric }
      guard let row, let value = Double(row[columns.value]) else { return "<td class=\"n\"></td>" }
      guard let low = Double(row[columns.low]), let high = Double(row[columns.high]) else {
        return "<td class=\"n\">\(Display.number(value))</td>"
      }
      return """
        <td class="n nowrap">\(Display.number(value)) \
        <span class="soft">\(Display.number(low)) to \(Display.number(high))</span></td>
        """
    }
    return "<tr><td>\(cell)</td><td>\(part.rawValue)</td>\(HTML(fields))</tr>"
  }
}
