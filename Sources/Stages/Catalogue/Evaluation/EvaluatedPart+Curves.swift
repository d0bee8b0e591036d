internal import PipelineDSL
internal import Statistics

extension EvaluatedPart {
  /// The maximum number of points of a curve in a table.
  static let pointLimit = 1000

  /// The curves of a part: the metrics by name, and the tables by file.
  ///
  /// Scores are margins, which rank as in the AUC. Long curves are thinned evenly, with both ends; the
  /// metrics are computed from all points.
  func curves() -> (metrics: [String: Double], tables: [(file: String, table: CSVTable)]) {
    var roc = CSVTable(columns: ROCFormat.columns)
    var precisionRecall = CSVTable(columns: PrecisionRecallFormat.columns)
    var metrics: [String: Double] = [:]
    var averages: [Double] = []
    for (index, name) in classes.enumerated() {
      let positive = members(index)
      if let curve = ROCCurve(scores: margins[index], positive: positive) {
        for point in Self.thinned(curve.points) {
          roc.append(
            [name] + [point.threshold, point.falsePositives, point.truePositives].map(Self.text))
        }
      }
      guard let curve = PrecisionRecallCurve(scores: margins[index], positive: positive) else {
        continue
      }
      for point in Self.thinned(curve.points) {
        precisionRecall.append(
          [name] + [point.threshold, point.precision, point.recall].map(Self.text))
      }
      metrics["average-precision/\(name)"] = curve.averagePrecision
      averages.append(curve.averagePrecision)
    }
    if !averages.isEmpty {
      metrics["macro-average-precision"] = averages.reduce(0, +) / Double(averages.count)
    }
    let coverage = RiskCoverage(confidences: topMargins, right: right)
    var riskCoverage = CSVTable(columns: RiskCoverageFormat.columns)
    for point in Self.thinned(coverage.points) {
      riskCoverage.append([point.threshold, point.coverage, point.risk].map(Self.text))
    }
    metrics["aurc"] = coverage.area
    return (
      metrics.mapValues(ComparisonTable.rounded),
      [
        (ROCFormat.file(of: part), roc), (PrecisionRecallFormat.file(of: part), precisionRecall),
        (RiskCoverageFormat.file(of: part), riskCoverage),
      ]
    )
  }

  private static func thinned<Point>(_ points: [Point]) -> [Point] {
    Thinning.indices(of: points.count, limit: pointLimit).map { points[$0] }
  }
}
