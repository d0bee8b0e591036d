import Testing

@testable import Statistics

@Suite struct PrecisionRecallCurveTests {
  @Test("points and average precision agree with scikit-learn")
  func agreesWithScikitLearn() throws {
    for reference in try EvaluationNumbers.load().curves {
      let curve = try #require(
        PrecisionRecallCurve(scores: reference.scores, positive: reference.positive))
      #expect(agrees(curve.points.map(\.precision), reference.precision), "\(reference.name)")
      #expect(agrees(curve.points.map(\.recall), reference.recall), "\(reference.name)")
      #expect(agrees(curve.averagePrecision, reference.averagePrecision), "\(reference.name)")
    }
  }

  @Test("no positives have no curve")
  func noPositives() {
    #expect(PrecisionRecallCurve(scores: [1, 2], positive: [false, false]) == nil)
    #expect(PrecisionRecallCurve(scores: [1], positive: [true])?.averagePrecision == 1)
  }
}
