/// ROC, precision-recall, reliability and risk-coverage of every evaluated model.
enum EvaluationSection: ReportSection {
  static let (id, title) = ("evaluation", "ROC, calibration and risk")
  private static let limit = 48

  static func body(_ context: ReportContext) -> HTML? {
    let list = EvaluationCurves.figures(context.facts, context.reader, limit: limit)
    return list.figures.isEmpty ? nil : "\(list.cards())\(list.rest)"
  }
}
