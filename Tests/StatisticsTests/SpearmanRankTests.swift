import Testing

@testable import Statistics

@Suite struct SpearmanRankTests {
  @Test("correlation, p and interval agree with SciPy")
  func agreesWithSciPy() throws {
    for reference in try ComparisonReferences.load().spearman {
      let found = try #require(SpearmanRank(reference.x, reference.y), "\(reference.name)")
      #expect(agrees(found.correlation, reference.correlation), "\(reference.name)")
      #expect(agrees(found.pValue, reference.p), "\(reference.name)")
      #expect((found.bounds == nil) == (reference.low == nil), "\(reference.name)")
      if let low = reference.low, let high = reference.high {
        #expect(agrees(found.bounds?.lowerBound, low), "\(reference.name)")
        #expect(agrees(found.bounds?.upperBound, high), "\(reference.name)")
      }
    }
  }

  @Test("equal values and single pairs have no correlation")
  func undefined() {
    #expect(SpearmanRank([1, 1, 1], [1, 2, 3]) == nil)
    #expect(SpearmanRank([1], [2]) == nil)
    #expect(SpearmanRank([1, 2], [3, 4])?.pValue == nil)
    #expect(SpearmanRank([1, 2, 3], [3, 4, 5])?.bounds == nil)
  }

  @Test("rejects a true null in at most 6 %, and the interval covers 0 in about 95 %")
  func holdsItsLevel() {
    func found(_ random: inout SeededRandom) -> SpearmanRank? {
      SpearmanRank((0..<20).map { _ in random.normal() }, (0..<20).map { _ in random.normal() })
    }
    #expect(rejections(seed: 11) { found(&$0)?.pValue } <= 0.06)
    let missed = rejections(seed: 11) { found(&$0)?.bounds?.contains(0) == true ? 1 : 0 }
    #expect(missed >= 0.035 && missed <= 0.065, "\(missed)")
  }
}
