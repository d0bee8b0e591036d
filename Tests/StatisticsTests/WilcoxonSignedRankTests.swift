import Testing

@testable import Statistics

@Suite struct WilcoxonSignedRankTests {
  /// SciPy's exact form without ties, its permutation form with them, its asymptotic form beyond 50.
  @Test("sums and p agree with SciPy")
  func agreesWithSciPy() throws {
    for reference in try ComparisonReferences.load().wilcoxon {
      let test = WilcoxonSignedRank(reference.values)
      #expect(test.positive == reference.positive, "\(reference.name)")
      #expect(test.negative == reference.negative, "\(reference.name)")
      #expect(agrees(test.pValue, reference.p), "\(reference.name)")
      #expect(test.method == (test.count <= 50 ? .exact : .normal), "\(reference.name)")
    }
  }

  @Test("the interval is that of the means of all pairs")
  func interval() throws {
    for reference in try ComparisonReferences.load().wilcoxon where reference.values.count <= 50 {
      let interval = WilcoxonSignedRank.interval(of: reference.values, confidence: 0.9)
      #expect(interval.map(\.lowerBound) == reference.low, "\(reference.name)")
      #expect(interval.map(\.upperBound) == reference.high, "\(reference.name)")
    }
    #expect(WilcoxonSignedRank.interval(of: [1, 2, 3, 4, 5]) == nil, "32 signs at 95 %")
    #expect(WilcoxonSignedRank.interval(of: [1, 2, 3, 4, 5, 6]) == 1...6)
  }

  @Test("without a difference other than 0 there is no test")
  func nothingToTest() {
    #expect(WilcoxonSignedRank([0, 0]).pValue == nil)
    #expect(WilcoxonSignedRank([]).pValue == nil)
    #expect(WilcoxonSignedRank([2]).pValue == 1)
  }

  @Test("rejects a true null in at most 6 %, with and without ties, exact and approximate")
  func holdsItsLevel() {
    for count in [8, 12, 60] {
      let smooth = rejections(seed: 4) { random in
        WilcoxonSignedRank((0..<count).map { _ in random.normal() }).pValue
      }
      #expect(smooth <= 0.06, "\(count): \(smooth)")
      let tied = rejections(seed: 5) { random in
        WilcoxonSignedRank((0..<count).map { _ in (2 * random.normal()).rounded() }).pValue
      }
      #expect(tied <= 0.06, "\(count) with ties: \(tied)")
    }
  }
}
