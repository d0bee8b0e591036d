import Testing

@testable import Statistics

@Suite struct FriedmanTestTests {
  @Test("agrees with SciPy, also with ties")
  func agreesWithSciPy() throws {
    for reference in try ComparisonReferences.load().friedman {
      let test = FriedmanTest(reference.values)
      for (mean, expected) in zip(test.meanRanks, reference.means) {
        #expect(agrees(mean, expected), "\(reference.name)")
      }
      #expect(agrees(test.statistic, reference.statistic), "\(reference.name)")
      #expect(agrees(test.pValue, reference.p), "\(reference.name)")
      #expect(agrees(test.imanDavenportP, reference.ratioP), "\(reference.name)")
      if let ratio = reference.ratio {
        #expect(agrees(test.imanDavenport, ratio), "\(reference.name)")
      } else {
        #expect(test.imanDavenport == .infinity, "\(reference.name)")
      }
    }
  }

  @Test("a single block, or nothing but ties, is not tested")
  func nothingToTest() {
    #expect(FriedmanTest([[1, 2, 3]]).pValue == nil)
    #expect(FriedmanTest([[1, 2, 3]]).meanRanks == [1, 2, 3])
    #expect(FriedmanTest([[1, 1], [4, 4]]).imanDavenportP == nil)
  }

  @Test("two treatments give the sign test's chi-squared")
  func twoTreatments() {
    // 6 of 8 blocks: (6 - 2)^2 / 8.
    let test = FriedmanTest((0..<8).map { $0 < 6 ? [0, 1] : [1, 0] })
    #expect(agrees(test.statistic, 2))
  }

  @Test("rejects a true null in at most 6 %")
  func holdsItsLevel() {
    for (seed, treatments, blocks) in [(6, 3, 10), (7, 6, 8), (8, 4, 30)] as [(UInt64, Int, Int)] {
      func test(_ random: inout SeededRandom) -> FriedmanTest {
        FriedmanTest((0..<blocks).map { _ in (0..<treatments).map { _ in random.normal() } })
      }
      let chi = rejections(seed: seed) { test(&$0).pValue }
      let ratio = rejections(seed: seed) { test(&$0).imanDavenportP }
      #expect(chi <= 0.06 && ratio <= 0.06, "\(treatments), \(blocks): \(chi), \(ratio)")
      #expect(chi <= ratio, "Friedman's chi-squared is the conservative one")
    }
  }
}
