import Testing

@testable import Statistics

@Suite struct McNemarTestTests {
  @Test func agreesWithStatsmodelsAndSciPy() throws {
    for reference in try PairReferences.load().mcnemar {
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

  @Test("the exact and the mid-p value agree with SciPy's binomial distribution")
  func exactAndMidP() throws {
    for reference in try ComparisonReferences.load().mcnemar {
      let test = McNemarTest(b: reference.b, c: reference.c)
      #expect(agrees(test.exact, reference.exact), "b \(reference.b), c \(reference.c)")
      #expect(agrees(test.midP, reference.mid), "b \(reference.b), c \(reference.c)")
    }
    #expect(McNemarTest(b: 0, c: 0).exact == 1)
    #expect(McNemarTest(b: 0, c: 0).midP == 1)
  }

  @Test("rejects a true null in at most 6 %, whichever form")
  func holdsItsLevel() {
    for pairs in [18, 60] {
      func test(_ random: inout SeededRandom) -> McNemarTest {
        let b = (0..<pairs).count { _ in random.next() >> 63 == 0 }
        return McNemarTest(b: b, c: pairs - b)
      }
      #expect(rejections(seed: 3) { test(&$0).pValue } <= 0.06)
      #expect(rejections(seed: 3) { test(&$0).exact } <= 0.06)
      #expect(rejections(seed: 3) { test(&$0).midP } <= 0.06)
    }
  }
}
