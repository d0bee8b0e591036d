import Testing

@testable import Statistics

@Suite struct NormalDistributionCumulativeTests {
  @Test("shares below a value agree with SciPy")
  func agreesWithSciPy() throws {
    for reference in try EvaluationNumbers.load().normal {
      #expect(
        agrees(NormalDistribution.cumulative(reference.x), reference.value), "\(reference.x)")
    }
  }
}
