import Testing

@testable import Stages

@Suite struct ClassificationReportTests {
  struct Reference: Decodable {
    struct Case: Decodable {
      var name: String
      var classes: [String]
      var truths: [Int]
      var probabilities: [[Float]]
      var confusion: [[Int]]
      var support: [Int]
      var precision, sensitivity, specificity, f1: [Double]
      var auc: [Double?]
      var loss, accuracy, macroF1, weightedF1, macroAUC: Double
    }
    var cases: [Case]
  }

  @Test func agreesWithScikitLearn() throws {
    let cases = try Fixture.json(
      "evaluation/classification.json", as: Reference.self
    ).cases
    #expect(cases.count == 4)
    for reference in cases {
      let report = ClassificationReport(
        classes: reference.classes, truths: reference.truths,
        probabilities: reference.probabilities)
      let metrics = report.metrics
      #expect(report.confusion == reference.confusion, "\(reference.name)")
      #expect(report.scores.map(\.support) == reference.support, "\(reference.name)")
      #expect(isNear(report.scores.map(\.precision), reference.precision), "\(reference.name)")
      #expect(isNear(report.scores.map(\.sensitivity), reference.sensitivity), "\(reference.name)")
      #expect(isNear(report.scores.map(\.specificity), reference.specificity), "\(reference.name)")
      #expect(isNear(report.scores.map(\.f1), reference.f1), "\(reference.name)")
      #expect(report.scores.map { $0.area == nil } == reference.auc.map { $0 == nil })
      #expect(
        isNear(report.scores.compactMap(\.area), reference.auc.compactMap { $0 }),
        "\(reference.name)")
      #expect(isNear(report.loss, reference.loss, 1e-7), "\(reference.name)")
      #expect(isNear(metrics["accuracy"] ?? -1, reference.accuracy), "\(reference.name)")
      #expect(isNear(metrics["macro-f1"] ?? -1, reference.macroF1), "\(reference.name)")
      #expect(isNear(metrics["weighted-f1"] ?? -1, reference.weightedF1), "\(reference.name)")
      #expect(isNear(metrics["macro-auc"] ?? -1, reference.macroAUC), "\(reference.name)")
    }
  }

  @Test func reportsClassesWithoutSamples() {
    let report = ClassificationReport(
      classes: ["ALL", "AML", "CLL"], truths: [0, 1], probabilities: [[1, 0, 0], [0, 0, 1]])
    #expect(report.absent == ["CLL"])
    #expect(report.metrics["sensitivity/CLL"] == 0)
    #expect(report.metrics["auc/CLL"] == nil)
    #expect(report.metrics["support/ALL"] == 1)
    #expect(report.metrics["samples"] == 2)
  }

  @Test func tiesPredictTheFirstClass() {
    #expect(ClassificationReport.predicted([0.2, 0.4, 0.4]) == 1)
    #expect(ClassificationReport.predicted([0, 0, 0]) == 0)
  }
}
