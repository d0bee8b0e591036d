import Neural
import Testing

@testable import Stages

@Suite struct ClassificationReportTests {
  struct Reference: Decodable {
    struct Case: Decodable {
      var name: String
      var classes: [String]
      var truths: [Int]
      var logits: [[Float]]
      var confusion: [[Int]]
      var support: [Int]
      var precision, sensitivity, specificity, f1: [Double]
      var auc, roundedAUC: [Double?]
      var loss, accuracy, macroF1, macroF1Present, weightedF1, macroAUC: Double
    }
    var cases: [Case]
  }

  @Test func agreesWithScikitLearn() throws {
    let cases = try Fixture.json(
      "evaluation/classification.json", as: Reference.self
    ).cases
    #expect(cases.count == 6)
    for reference in cases {
      let report = ClassificationReport(
        classes: reference.classes, truths: reference.truths, logits: reference.logits)
      let metrics = report.metrics
      #expect(report.counts == reference.confusion, "\(reference.name)")
      #expect(report.scores.map(\.support) == reference.support, "\(reference.name)")
      #expect(isNear(report.scores.map(\.precision), reference.precision), "\(reference.name)")
      #expect(isNear(report.scores.map(\.sensitivity), reference.sensitivity), "\(reference.name)")
      #expect(isNear(report.scores.map(\.specificity), reference.specificity), "\(reference.name)")
      #expect(isNear(report.scores.map(\.f1), reference.f1), "\(reference.name)")
      #expect(report.scores.map { $0.area == nil } == reference.auc.map { $0 == nil })
      #expect(
        isNear(report.scores.compactMap(\.area), reference.auc.compactMap { $0 }),
        "\(reference.name)")
      #expect(isNear(report.loss, reference.loss, 1e-12), "\(reference.name)")
      #expect(isNear(metrics["accuracy"] ?? -1, reference.accuracy), "\(reference.name)")
      #expect(isNear(metrics["macro-f1"] ?? -1, reference.macroF1), "\(reference.name)")
      #expect(
        isNear(metrics["macro-f1-present"] ?? -1, reference.macroF1Present), "\(reference.name)")
      #expect(isNear(metrics["weighted-f1"] ?? -1, reference.weightedF1), "\(reference.name)")
      #expect(isNear(metrics["macro-auc"] ?? -1, reference.macroAUC), "\(reference.name)")
    }
  }

  /// Probabilities that are 1 in Float tie, and their order is lost; that of logits is not.
  @Test func areaRanksLogitsWhoseProbabilitiesTie() throws {
    let cases = try Fixture.json("evaluation/classification.json", as: Reference.self).cases
    for reference in cases.suffix(2) {
      let flat = CrossEntropy.softmax(
        reference.logits.flatMap { $0 }, classes: reference.classes.count)
      #expect(flat.count { $0 == 1 } > 10)
      var worst = 0.0
      for label in reference.classes.indices {
        let probabilities = stride(from: label, to: flat.count, by: reference.classes.count)
        let rounded = ROC.area(
          scores: probabilities.map { Double(flat[$0]) },
          positive: reference.truths.map { $0 == label })
        #expect(isNear(rounded ?? -1, reference.roundedAUC[label] ?? -2))
        worst = max(worst, abs((rounded ?? -1) - (reference.auc[label] ?? -2)))
      }
      #expect(worst > 1e-3, "\(reference.name)")
    }
  }

  @Test func lossOfSureErrorsIsNotClipped() {
    let report = ClassificationReport(
      classes: ["ALL", "AML"], truths: [0, 1], logits: [[0, 100], [-100, 50]])
    #expect(isNear(report.loss, 50, 1e-12))
  }

  @Test func reportsClassesWithoutSamples() {
    let report = ClassificationReport(
      classes: ["ALL", "AML", "CLL"], truths: [0, 1], logits: [[1, 0, 0], [0, 0, 1]])
    #expect(report.absent == ["CLL"])
    #expect(report.metrics["sensitivity/CLL"] == 0)
    #expect(report.metrics["auc/CLL"] == nil)
    #expect(report.metrics["support/ALL"] == 1)
    #expect(report.metrics["macro-f1"] == 1.0 / 3)
    #expect(report.metrics["macro-f1-present"] == 0.5)
    #expect(report.metrics["samples"] == 2)
  }

  @Test func tiesPredictTheFirstClass() {
    #expect(ClassificationReport.predicted([0.2, 0.4, 0.4]) == 1)
    #expect(ClassificationReport.predicted([0, 0, 0]) == 0)
  }
}

extension ClassificationReport {
  /// Counts by true class (row) and predicted class (column).
  fileprivate var counts: [[Int]] { classes.indices.map { Array(confusion[$0]) } }
}
