internal import PipelineDSL

/// ROC, precision-recall, reliability and risk-coverage of every evaluated model.
enum EvaluationCurves: FigureSource {
  static func figures(_ facts: RunFacts, _ reader: ArtifactReader, limit: Int) -> FigureList {
    var list = FigureList()
    let makers = [roc, precisionRecall, reliability, riskCoverage]
    for found in Evaluation.Files.all(facts, reader) {
      guard list.figures.count <= limit - makers.count else {
        list.leftOut += makers.count
        continue
      }
      let evaluation = Evaluation(found, reader)
      list.figures += makers.compactMap { $0(evaluation) }
    }
    return list
  }

  private static func figure(
    _ evaluation: Evaluation, _ kind: String, _ title: String, _ chart: Chart, _ notes: [String?]
  ) -> Figure {
    let caption = ([title + " of " + evaluation.evidence()] + notes.compactMap(\.self))
      .joined(separator: "; ")
    return Figure(
      chart, name: "\(kind)/\(evaluation.cell)", caption: caption + ".",
      heading:
        "\(title) <span class=\"soft\">\(evaluation.cell), \(evaluation.part.rawValue)</span>")
  }

  private static let unit = 0.0...1.0
  private static let square = (width: 340.0, height: 290.0)

  // MARK: ROC

  private static func roc(_ evaluation: Evaluation) -> Figure? {
    guard
      let series = classes(
        evaluation.readable(ROCFormat.file(of: evaluation.part)), ROCFormat.Column.name,
        x: ROCFormat.Column.falsePositives, y: ROCFormat.Column.truePositives,
        { evaluation.interval("auc", scope: IntervalsFormat.scope(ofClass: $0))?.value })
    else { return nil }
    let ends = [Chart.Point(x: 0, y: 0), Chart.Point(x: 1, y: 1)]
    let chart = Chart(
      title: "ROC of \(evaluation.cell)",
      x: Chart.Axis(label: "false positive rate", range: unit),
      y: Chart.Axis(label: "true positive rate", range: unit),
      series: [Chart.Series(name: "", colour: 5, isDashed: true, points: ends)] + series,
      size: square)
    return figure(
      evaluation, "roc", "ROC", chart,
      [
        "each class against the rest, with its area", evaluation.score("macro-auc", "macro AUC"),
        "the dashed line is chance",
      ])
  }

  // MARK: Precision and recall

  private static func precisionRecall(_ evaluation: Evaluation) -> Figure? {
    guard
      let series = classes(
        evaluation.readable(PrecisionRecallFormat.file(of: evaluation.part)),
        PrecisionRecallFormat.Column.name, x: PrecisionRecallFormat.Column.recall,
        y: PrecisionRecallFormat.Column.precision,
        { evaluation.metric("average-precision/\($0)") })
    else { return nil }
    let chart = Chart(
      title: "Precision and recall of \(evaluation.cell)",
      x: Chart.Axis(label: "recall", range: unit), y: Chart.Axis(label: "precision", range: unit),
      series: series, size: square)
    return figure(
      evaluation, "precision-recall", "Precision and recall", chart,
      [
        "each class against the rest, with its average precision",
        evaluation.score("macro-average-precision", "their mean"),
      ])
  }

  /// One series per class, named with its score.
  private static func classes<Column: RawRepresentable<String>>(
    _ table: CSVTable?, _ name: Column, x: Column, y: Column, _ score: (String) -> Double?
  ) -> [Chart.Series]? {
    guard let table, let name = table.position(of: name), let x = table.position(of: x),
      let y = table.position(of: y)
    else { return nil }
    var order: [String] = []
    var points: [String: [Chart.Point]] = [:]
    for row in table.rows {
      guard let at = Double(row[x]), let value = Double(row[y]) else { continue }
      if points[row[name]] == nil { order.append(row[name]) }
      points[row[name], default: []].append(Chart.Point(x: at, y: value))
    }
    guard !order.isEmpty else { return nil }
    return order.enumerated().map { index, name in
      let value = score(name).map { " " + Display.number($0) } ?? ""
      return Chart.Series(
        name: name + value, colour: index % 6, isDashed: index >= 6, points: points[name] ?? [])
    }
  }

  // MARK: Reliability

  /// The accuracy of the bins of equal width over their mean confidence, both in percent.
  private static func reliability(_ evaluation: Evaluation) -> Figure? {
    guard let table = evaluation.readable(CalibrationFormat.file(of: evaluation.part)),
      let binning = table.position(of: CalibrationFormat.Column.binning),
      let confidence = table.position(of: CalibrationFormat.Column.confidence),
      let accuracy = table.position(of: CalibrationFormat.Column.accuracy)
    else { return nil }
    func percent(_ row: [String], _ column: CalibrationFormat.Column) -> Double? {
      table.position(of: column).flatMap { Double(row[$0]) }.map { $0 * 100 }
    }
    let samples = table.position(of: CalibrationFormat.Column.samples)
    let points = table.rows.filter { $0[binning] == CalibrationFormat.equalWidth }.compactMap {
      row -> Chart.Point? in
      guard let x = Double(row[confidence]), let y = Double(row[accuracy]) else { return nil }
      let count = samples.map { "\(row[$0]) samples: " } ?? ""
      return Chart.Point(
        x: x * 100, y: y * 100, low: percent(row, .accuracyLow), high: percent(row, .accuracyHigh),
        about: "\(count)confidence \(Display.number(x)), accuracy \(Display.number(y))")
    }
    guard !points.isEmpty else { return nil }
    let ends = [Chart.Point(x: 0, y: 0), Chart.Point(x: 100, y: 100)]
    let chart = Chart(
      title: "Reliability of \(evaluation.cell)",
      x: Chart.Axis(label: "confidence in %", range: 0...100),
      y: Chart.Axis(label: "accuracy in %", range: 0...100),
      series: [
        Chart.Series(name: "perfect calibration", colour: 5, isDashed: true, points: ends),
        Chart.Series(name: "accuracy", points: points),
      ], size: square)
    return figure(
      evaluation, "reliability", "Reliability", chart,
      [
        "bins of equal width, with Wilson's intervals", evaluation.score("ece", "ECE"),
      ])
  }

  // MARK: Risk and coverage

  private static func riskCoverage(_ evaluation: Evaluation) -> Figure? {
    guard let table = evaluation.readable(RiskCoverageFormat.file(of: evaluation.part)),
      let coverage = table.position(of: RiskCoverageFormat.Column.coverage),
      let risk = table.position(of: RiskCoverageFormat.Column.risk)
    else { return nil }
    let points = table.rows.compactMap { row -> Chart.Point? in
      guard let x = Double(row[coverage]), let y = Double(row[risk]) else { return nil }
      return Chart.Point(x: x * 100, y: y * 100)
    }
    guard let last = points.last, let top = points.map(\.y).filter(\.isFinite).max() else {
      return nil
    }
    let chart = Chart(
      title: "Risk and coverage of \(evaluation.cell)",
      x: Chart.Axis(label: "answered, in %", range: 0...100),
      y: Chart.Axis(label: "wrong among them, in %", range: 0...max(1, top)),
      series: [Chart.Series(name: "risk", points: points)],
      rules: [
        Chart.Rule(
          direction: .horizontal, at: last.y, label: "all answered: \(Display.number(last.y)) %")
      ], size: square)
    return figure(
      evaluation, "risk-coverage", "Risk and coverage", chart,
      [
        "the share of wrong answers if only the most confident samples are answered",
        evaluation.score("aurc", "area"),
      ])
  }
}
