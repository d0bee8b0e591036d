import Testing

@testable import Statistics

@Suite struct DeLongTests {
  @Test("the area, its variance and its interval agree with the definition")
  func agreesWithDefinition() throws {
    for reference in try EvaluationNumbers.load().delong {
      let found = try #require(DeLong(scores: reference.scores, positive: reference.positive))
      #expect(agrees(found.area, reference.area), "\(reference.name)")
      #expect(agrees(found.variance, reference.variance), "\(reference.name)")
      #expect(agrees(found.bounds()?.lowerBound, reference.low), "\(reference.name)")
      #expect(agrees(found.bounds()?.upperBound, reference.high), "\(reference.name)")
    }
  }

  @Test("the test of two areas agrees with the definition")
  func difference() throws {
    for reference in try EvaluationNumbers.load().delong {
      let first = try #require(DeLong(scores: reference.scores, positive: reference.positive))
      let second = try #require(DeLong(scores: reference.others, positive: reference.positive))
      let found = try #require(first.difference(from: second))
      #expect(agrees(second.area, reference.second))
      #expect(agrees(found.value, reference.difference))
      #expect(agrees(found.variance, reference.differenceVariance))
      #expect(agrees(found.statistic, reference.statistic))
      #expect(agrees(found.pValue, reference.p))
      #expect(agrees(found.bounds.lowerBound, reference.differenceLow))
      #expect(agrees(found.bounds.upperBound, reference.differenceHigh))
    }
  }

  @Test("equal scores do not differ, and nothing is tested")
  func equalScores() throws {
    let scores = [0.2, 0.9, 0.4, 0.7, 0.1]
    let positive = [false, true, true, false, false]
    let one = try #require(DeLong(scores: scores, positive: positive))
    let difference = try #require(one.difference(from: one))
    #expect(difference.value == 0 && difference.pValue == nil && difference.statistic == nil)
  }

  @Test("a perfect order and single samples have no interval, one side no area")
  func degenerate() throws {
    let perfect = try #require(
      DeLong(scores: [1, 2, 3, 4], positive: [false, false, true, true]))
    #expect(perfect.area == 1 && perfect.bounds() == nil)
    let single = try #require(DeLong(scores: [1, 2, 3], positive: [false, true, false]))
    #expect(single.area == 0.5 && single.variance == nil && single.bounds() == nil)
    #expect(DeLong(scores: [1, 2], positive: [true, true]) == nil)
    #expect(DeLong(scores: [], positive: []) == nil)
  }
}
