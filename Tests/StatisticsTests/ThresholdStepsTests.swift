import Testing

@testable import Statistics

@Suite struct ThresholdStepsTests {
  @Test("equal scores share a step, and counts rise to all samples")
  func countsDown() {
    let steps = ThresholdSteps(
      scores: [0.5, 0.9, 0.5, 0.1], positive: [true, true, false, false]
    ).counts
    #expect(steps.map(\.threshold) == [0.9, 0.5, 0.1])
    #expect(steps.map(\.positives) == [1, 2, 2] && steps.map(\.negatives) == [0, 1, 2])
    #expect(ThresholdSteps(scores: [], positive: []).counts.isEmpty)
  }
}
