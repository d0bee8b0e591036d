internal import PipelineDSL
internal import Store

/// Headline numbers with their intervals, and how confidences compare with accuracies.
enum IntervalsSection: ReportSection {
  static let (id, title) = ("intervals", "Intervals and calibration")
  private static let (rowLimit, chartLimit) = (60, 24)
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
    var (lines, charts, problems): ([HTML], [HTML], [HTML]) = ([], [], [])
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
          guard let (part, line) = line(cell.row.cell, table) else { continue }
          lines.append(line)
          if let chart = chart(cell.row.cell, part, files, context.reader) { charts.append(chart) }
        }
      }
    }
    guard !lines.isEmpty || !problems.isEmpty else { return nil }
    let (shown, rest) = cut(lines, to: rowLimit, "cell", see: "'assay checkout'")
    let (cards, others) = cut(charts, to: chartLimit, "chart", see: "'assay checkout'")
    let heads = HTML(metrics.map { "<th class=\"n\">\($0)</th>" })
    return """
      <p class="soft small">Values with the ends of their intervals, of 95 % unless 'confidence' is set. \
      Accuracy has Wilson's interval, which takes samples as independent; the others are from a bootstrap \
      (BCa) of groups, or of samples where there are no groups. intervals.csv has all intervals.</p>
      <div class="scroll"><table class="wide"><tr><th>cell</th><th>part</th>\(heads)</tr>
      \(HTML(shown))</table></div>\(rest)\(HTML(problems))
      <div class="cards">\(HTML(cards))</div>\(others)
      """
  }

  /// The row of a cell: the intervals of its test part, or of validation if there is no test part.
  private static func line(_ cell: String, _ table: CSVTable) -> (part: Part, html: HTML)? {
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
    return (part, "<tr><td>\(cell)</td><td>\(part.rawValue)</td>\(HTML(fields))</tr>")
  }

  /// The accuracy of the bins of equal width over their mean confidence, both in percent.
  private static func chart(
    _ cell: String, _ part: Part, _ files: [ArtifactManifest.File], _ reader: ArtifactReader
  ) -> HTML? {
    guard case .value(let table)? = reader.table(CalibrationFormat.file(of: part), in: files),
      let binning = table.position(of: CalibrationFormat.Column.binning),
      let confidence = table.position(of: CalibrationFormat.Column.confidence),
      let accuracy = table.position(of: CalibrationFormat.Column.accuracy)
    else { return nil }
    let points = table.rows.filter { $0[binning] == CalibrationFormat.equalWidth }.compactMap {
      row in
      Double(row[confidence]).flatMap { x in
        Double(row[accuracy]).map { Chart.Point(x: x * 100, y: $0 * 100) }
      }
    }
    guard !points.isEmpty else { return nil }
    let ends = [Chart.Point(x: 0, y: 0), Chart.Point(x: 100, y: 100)]
    let chart = Chart(
      title: "Reliability", x: Chart.Axis(label: "confidence in %"),
      y: Chart.Axis(label: "accuracy in %", range: 0...100),
      series: [
        Chart.Series(name: "perfect calibration", colour: 5, isDashed: true, points: ends),
        Chart.Series(name: "accuracy", points: points),
      ])
    return """
      <div class="card"><h3>\(cell) <span class="soft">\(part.rawValue)</span></h3>\(chart.svg)</div>
      """
  }
}
