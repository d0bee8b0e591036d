import Testing

@testable import Statistics

@Suite struct NormalDistributionTests {
  @Test("quantiles agree with SciPy")
  func quantilesAgree() throws {
    for reference in try ReferenceNumbers.load().normal {
      #expect(
        agrees(NormalDistribution.quantile(reference.share), reference.value),
        "share \(reference.share)")
    }
  }
}
