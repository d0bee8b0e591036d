import Testing

@testable import Statistics

@Suite struct RiskCoverageTests {
  @Test("the curve and its area agree with the definition, ties in all orders")
  func agreesWithDefinition() throws {
    for reference in try EvaluationNumbers.load().coverage {
      let curve = RiskCoverage(confidences: reference.confidences, right: reference.right)
      #expect(agrees(curve.area, reference.area), "\(reference.name)")
      #expect(agrees(curve.points.map(\.coverage), reference.points.map(\.coverage)))
      #expect(agrees(curve.points.map(\.risk), reference.points.map(\.risk)))
    }
  }

  @Test("all right and all wrong have areas of 0 and 1")
  func ends() {
    #expect(RiskCoverage(confidences: [0.9, 0.8], right: [true, true]).area == 0)
    #expect(RiskCoverage(confidences: [0.9, 0.8], right: [false, false]).area == 1)
  }
}
