import Testing

@testable import Statistics

@Suite struct PairedTTestResampledTests {
  @Test("the variance grows by the ratio of test and training samples")
  func agreesWithSciPy() throws {
    for reference in try ReferenceNumbers.load().pairs {
      let test = PairedTTest.resampled(
        zip(reference.a, reference.b).map { $0 - $1 }, testToTrain: 1.0 / 9)
      #expect(agrees(test.statistic, reference.corrected))
      #expect(agrees(test.pValue, reference.correctedP))
      #expect((test.pValue ?? 0) > reference.p)
    }
  }

  /// Differences of ten random splits, half of whose variance all share as they share samples: the
  /// correlation is test / (test + train), as the test assumes.
  @Test("rejects a true null of overlapping splits in at most 6 %, where the plain test does not")
  func holdsItsLevel() {
    func differences(_ random: inout SeededRandom) -> [Double] {
      let shared = random.normal() * 0.5.squareRoot()
      return (0..<10).map { _ in shared + random.normal() * 0.5.squareRoot() }
    }
    let corrected = rejections(seed: 1) {
      PairedTTest.resampled(differences(&$0), testToTrain: 1).pValue
    }
    #expect(corrected <= 0.06 && corrected > 0.02, "\(corrected)")
    let plain = rejections(seed: 1) { PairedTTest(differences(&$0)).pValue }
    #expect(plain > 0.3, "\(plain)")
  }
}
