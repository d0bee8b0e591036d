import Testing

@testable import Reports

@Suite struct McNemarTestTests {
  @Test func agreesWithStatsmodelsAndSciPy() throws {
    for reference in try StatisticsFixture.load().mcnemar {
      let test = McNemarTest(b: reference.b, c: reference.c)
      let comment: Comment = "b \(reference.b), c \(reference.c)"
      #expect(test.method == (reference.exact ? .exact : .corrected), comment)
      #expect(abs(test.statistic - reference.statistic) <= 1e-12 * reference.statistic, comment)
      #expect(abs(test.pValue - reference.p) <= 1e-12 * reference.p, comment)
      if let binomial = reference.binomial {
        #expect(abs(test.pValue - binomial) <= 1e-12 * binomial, comment)
      }
    }
  }

  /// As in R; statsmodels corrects beyond zero and returns 1/n here.
  @Test func equalCountsAreNoDifference() {
    let test = McNemarTest(b: 40, c: 40)
    #expect(test.method == .corrected)
    #expect(test.statistic == 0)
    #expect(test.pValue == 1)
  }
}
