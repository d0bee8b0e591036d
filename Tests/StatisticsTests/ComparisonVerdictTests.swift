import Testing

@testable import Statistics

@Suite struct ComparisonVerdictTests {
  @Test("a difference is named only below the level")
  func verdicts() {
    func verdict(_ difference: Double, _ p: Double?) -> ComparisonVerdict {
      ComparisonVerdict(difference, adjusted: p, confidence: 0.95)
    }
    #expect(verdict(0.1, 0.04) == .higher)
    #expect(verdict(-0.1, 0.04) == .lower)
    #expect(verdict(0.1, 0.06) == .noDifference)
    #expect(verdict(0, 0.04) == .noDifference)
    #expect(verdict(0.1, nil) == .untested)
    #expect(ComparisonVerdict(0.1, adjusted: 0.04, confidence: 0.99) == .noDifference)
  }
}
