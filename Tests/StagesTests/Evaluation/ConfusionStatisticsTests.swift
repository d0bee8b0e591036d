import Neural
import Testing

@testable import Stages

@Suite struct ConfusionStatisticsTests {
  @Test("scores are those of the report")
  func agreesWithReport() throws {
    let cases = try Fixture.json(
      "evaluation/classification.json", as: ClassificationReportTests.Reference.self
    ).cases
    for reference in cases {
      let classes = reference.classes
      let report = ClassificationReport(
        classes: classes, truths: reference.truths, logits: reference.logits)
      let counts = classes.indices.flatMap { Array(report.confusion[$0]) }
      let values = ConfusionStatistics(supports: report.scores.map(\.support)).values(counts)
      #expect(values.count == 7 + 4 * classes.count)
      for (name, value) in zip(ConfusionStatistics.overall, values) {
        #expect(isNear(value, report.metrics[name] ?? -1), "\(reference.name), \(name)")
      }
      for (index, name) in classes.enumerated() {
        for (place, metric) in ConfusionStatistics.byClass.enumerated() {
          let value = values[7 + index * 4 + place]
          guard value.isFinite else { continue }
          #expect(isNear(value, report.metrics["\(metric)/\(name)"] ?? -1), "\(name), \(metric)")
        }
      }
    }
  }

  @Test("a class without samples has no sensitivity, but counts as 0 in the macro mean")
  func undefinedScores() {
    let statistics = ConfusionStatistics(supports: [4, 0])
    #expect(statistics.cell(truth: 1, prediction: 0) == 2)
    let values = statistics.values([3, 1, 0, 0])
    #expect(values[2] == 0.75 / 2)
    // The second class: precision, sensitivity, specificity, F1.
    #expect(values[11] == 0 && values[12].isNaN && values[13] == 0.75 && values[14] == 0)
    #expect(statistics.values([0, 0, 0, 0]).prefix(7).allSatisfy { $0 == 0 })
  }

  @Test("a class that a resample lacks is left out of its macro means")
  func missingInAResample() {
    let values = ConfusionStatistics(supports: [4, 2]).values([3, 1, 0, 0])
    // Accuracy, then precision, sensitivity and F1 of the first class alone.
    #expect(values[0] == 0.75 && values[1] == 1 && values[2] == 0.75)
    #expect(isNear(values[4], 6.0 / 7) && isNear(values[5], 6.0 / 7))
    // The specificity of the first class needs samples of the second.
    #expect(values[3] == 0.75)
  }
}
