import Testing

@testable import Statistics

@Suite struct ClopperPearsonIntervalTests {
  @Test("agrees with statsmodels")
  func agreesWithStatsmodels() throws {
    for reference in try EvaluationNumbers.load().clopper {
      let interval = ClopperPearsonInterval(
        successes: reference.successes, of: reference.trials, confidence: reference.confidence)
      let comment: Comment = "\(reference.successes) of \(reference.trials)"
      #expect(agrees(interval.low, reference.low), comment)
      #expect(agrees(interval.high, reference.high), comment)
    }
  }

  @Test("is wider than Wilson's interval in the middle")
  func widerThanWilson() {
    let (exact, wilson) = (
      ClopperPearsonInterval(successes: 15, of: 20), WilsonInterval(successes: 15, of: 20)
    )
    #expect(exact.low < wilson.low && exact.high > wilson.high)
  }
}
