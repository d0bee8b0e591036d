import Testing

@testable import Statistics

@Suite struct FDistributionTests {
  @Test("tails agree with SciPy")
  func tails() throws {
    for reference in try ComparisonReferences.load().ratios {
      let distribution = FDistribution(reference.above, reference.below)
      #expect(
        agrees(distribution.upperTail(reference.x), reference.upper),
        "\(reference.above) and \(reference.below) degrees of freedom, x \(reference.x)")
    }
  }

  @Test("nothing lies below 0 and nothing at infinity")
  func ends() {
    #expect(FDistribution(2, 3).upperTail(0) == 1)
    #expect(FDistribution(2, 3).upperTail(.infinity) == 0)
  }
}
