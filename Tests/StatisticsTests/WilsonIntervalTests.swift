import Testing

@testable import Statistics

@Suite struct WilsonIntervalTests {
  @Test("agrees with statsmodels")
  func agreesWithStatsmodels() throws {
    for reference in try ReferenceNumbers.load().wilson {
      let interval = WilsonInterval(
        successes: reference.successes, of: reference.trials, confidence: reference.confidence)
      let comment: Comment = "\(reference.successes) of \(reference.trials)"
      #expect(agrees(interval.low, reference.low), comment)
      #expect(agrees(interval.high, reference.high), comment)
    }
  }

  @Test("no success and no failure end at 0 and 1")
  func ends() {
    #expect(WilsonInterval(successes: 0, of: 20).low == 0)
    #expect(WilsonInterval(successes: 20, of: 20).high == 1)
  }
}
