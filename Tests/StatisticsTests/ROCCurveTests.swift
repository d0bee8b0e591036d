import Testing

@testable import Statistics

@Suite struct ROCCurveTests {
  @Test("points and area agree with scikit-learn")
  func agreesWithScikitLearn() throws {
    for reference in try EvaluationNumbers.load().curves {
      let curve = try #require(ROCCurve(scores: reference.scores, positive: reference.positive))
      #expect(
        agrees(curve.points.map(\.falsePositives), reference.falsePositives), "\(reference.name)")
      #expect(
        agrees(curve.points.map(\.truePositives), reference.truePositives), "\(reference.name)")
      #expect(curve.points.dropFirst().map(\.threshold) == reference.thresholds)
      #expect(agrees(curve.area, reference.area), "\(reference.name)")
    }
  }

  @Test("one side alone has no curve")
  func oneSide() {
    #expect(ROCCurve(scores: [1, 2], positive: [true, true]) == nil)
    #expect(ROCCurve(scores: [1, 2], positive: [false, false]) == nil)
    #expect(ROCCurve(scores: [], positive: []) == nil)
    #expect(ROCCurve(scores: [1], positive: [true])?.points.count == nil)
  }
}
