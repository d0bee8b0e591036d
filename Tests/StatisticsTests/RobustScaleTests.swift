import Testing

@testable import Statistics

@Suite struct RobustScaleTests {
  @Test("agrees with SciPy")
  func agreesWithSciPy() throws {
    for reference in try InspectionNumbers.load().scales {
      let scale = RobustScale(of: reference.values)
      #expect(agrees(scale.median, reference.median))
      #expect(agrees(scale.deviation, reference.deviation))
    }
  }
}
