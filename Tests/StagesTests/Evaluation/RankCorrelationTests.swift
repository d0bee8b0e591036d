import Testing

@testable import Stages

@Suite struct RankCorrelationTests {
  @Test("rho and its interval agree with SciPy, ties included")
  func agreesWithSciPy() throws {
    let reference = try JudgementReference.load()
    let rho = try #require(RankCorrelation.spearman(reference.x, reference.y))
    #expect(isNear(rho, reference.rho))
    let interval = try #require(
      RankCorrelation.interval(of: rho, pairs: reference.x.count, confidence: 0.95))
    #expect(isNear(interval.lowerBound, reference.low))
    #expect(isNear(interval.upperBound, reference.high))
  }

  @Test("equal values share the mean of their ranks")
  func ranks() {
    #expect(RankCorrelation.ranks([3.0, 1, 3, 2]) == [3.5, 1, 3.5, 2])
    #expect(RankCorrelation.ranks([Double]()) == [])
  }

  @Test("constant values and few pairs have no correlation or no interval")
  func limits() {
    #expect(RankCorrelation.spearman([1.0, 1, 1], [1, 2, 3]) == nil)
    #expect(RankCorrelation.spearman([1.0], [1]) == nil)
    #expect(RankCorrelation.spearman([1.0, 2, 3, 4], [1, 8, 27, 64]) == 1)
    #expect(RankCorrelation.interval(of: 1, pairs: 10, confidence: 0.95) == nil)
    #expect(RankCorrelation.interval(of: 0.5, pairs: 3, confidence: 0.95) == nil)
  }
}
