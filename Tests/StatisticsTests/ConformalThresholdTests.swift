import Testing

@testable import Statistics

@Suite struct ConformalThresholdTests {
  @Test("the rank is ceil((n + 1)(1 - level))")
  func rank() {
    let scores = (1...19).map(Double.init).reversed() as [Double]
    #expect(ConformalThreshold(scores, level: 0.1).value == 18)
    #expect(ConformalThreshold(scores, level: 0.05).value == 19)
    #expect(ConformalThreshold(scores, level: 0.04).value == .infinity)
    #expect(ConformalThreshold(scores, level: 0.5).value == 10)
    #expect(ConformalThreshold(scores, level: 0.99).value == 1)
    #expect(ConformalThreshold([], level: 0.5).value == .infinity)
  }

  @Test(
    "the fewest samples are those of a finite threshold",
    arguments: [0.5, 0.3, 0.25, 0.2, 0.1, 0.05, 0.03, 0.01, 0.001])
  func fewest(level: Double) {
    let count = ConformalThreshold.fewest(for: level)
    let scores = [Double](repeating: 1, count: count)
    #expect(ConformalThreshold(scores, level: level).value == 1)
    #expect(ConformalThreshold(Array(scores.dropLast()), level: level).value == .infinity)
  }

  @Test("the fewest samples of common levels")
  func commonLevels() {
    #expect([0.1, 0.05, 0.01].map(ConformalThreshold.fewest) == [9, 19, 99])
  }
}
