import Testing

@testable import Statistics

@Suite struct NemenyiTests {
  /// scikit-posthocs and SciPy integrate the studentised range numerically.
  @Test("p agrees with scikit-posthocs and the critical difference with SciPy, to 1e-8")
  func agrees() throws {
    for reference in try ComparisonReferences.load().friedman {
      let means = FriedmanTest(reference.values).meanRanks
      let nemenyi = Nemenyi(treatments: means.count, blocks: reference.values.count)
      for pair in reference.pairs {
        let p = nemenyi.pValue(difference: means[pair.a] - means[pair.b])
        #expect(abs(p - pair.p) < 1e-8, "\(reference.name): \(pair.a), \(pair.b)")
      }
      #expect(abs(nemenyi.criticalDifference() - reference.critical) < 1e-8, "\(reference.name)")
    }
  }

  /// Demsar 2006, table 5a and section 3.2.2: four classifiers on fourteen data sets.
  @Test("the critical difference is that of Demsar's example")
  func demsar() {
    #expect(abs(Nemenyi(treatments: 4, blocks: 14).criticalDifference() - 1.25) < 0.005)
    #expect(abs(Nemenyi(treatments: 4, blocks: 14).criticalDifference(level: 0.1) - 1.12) < 0.005)
  }

  @Test("rejects any pair of a true null in at most 6 %")
  func holdsItsLevel() {
    let critical = Nemenyi(treatments: 5, blocks: 15).criticalDifference()
    let share = rejections(seed: 9) { random in
      let means = FriedmanTest(
        (0..<15).map { _ in (0..<5).map { _ in random.normal() } }
      ).meanRanks
      return (means.max() ?? 0) - (means.min() ?? 0) > critical ? 0 : 1
    }
    #expect(share <= 0.06, "\(share)")
  }
}
