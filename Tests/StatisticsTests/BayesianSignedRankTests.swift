import Testing

@testable import Statistics

@Suite struct BayesianSignedRankTests {
  /// baycomp draws 400,000 times; 20,000 draws have a standard error of at most 0.0036.
  @Test("agrees with baycomp within four standard errors")
  func agreesWithBaycomp() throws {
    for reference in try ComparisonReferences.load().bayes {
      let found = BayesianSignedRank(
        reference.values, rope: reference.rope, seed: 12, draws: 20_000)
      let comment: Comment = "\(reference.name), \(reference.rope)"
      #expect(abs(found.below - reference.below) < 0.0145, comment)
      #expect(abs(found.within - reference.within) < 0.0145, comment)
      #expect(abs(found.above - reference.above) < 0.0145, comment)
      #expect(abs(found.below + found.within + found.above - 1) < 1e-12, comment)
    }
  }

  @Test("the seed decides the draws, and opposite differences swap the sides")
  func symmetric() {
    let values = [0.02, 0.03, -0.01, 0.015, 0.04]
    func found(_ values: [Double], seed: UInt64 = 1) -> BayesianSignedRank {
      BayesianSignedRank(values, rope: 0.01, seed: seed, draws: 4000)
    }
    #expect(found(values) == found(values))
    #expect(found(values) != found(values, seed: 2))
    let opposite = found(values.map { -$0 })
    #expect(abs(opposite.below - found(values).above) < 0.04)
    #expect(found([]).within == 1)
  }

  /// A posterior holds no level: of 2,000 draws, 6.4 to 7.9 % have one side above 97.5 %, with 10 or
  /// 20 differences.
  @Test("of differences around 0, about 7 % seem to lie on one side with 97.5 %")
  func exceedsItsLevel() {
    let share = rejections(of: 300, seed: 13) { random in
      let values = (0..<10).map { _ in random.normal() }
      let found = BayesianSignedRank(values, rope: 0, seed: random.next(), draws: 300)
      return 2 * min(found.below, found.above)
    }
    // Four standard deviations around 7 %.
    #expect(abs(share - 0.07) < 0.06, "\(share)")
  }
}
