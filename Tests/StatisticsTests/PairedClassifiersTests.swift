import Testing

@testable import Statistics

@Suite struct PairedClassifiersTests {
  /// The reference draws 20,000 resamples of its own; ends of both scatter by about 0.03 errors.
  @Test("agrees with scikit-learn, and its intervals with NumPy's resamples")
  func agreesWithReferences() throws {
    for reference in try ComparisonReferences.load().classifiers {
      let found = PairedClassifiers(
        truths: reference.truths, first: reference.first, second: reference.second,
        classes: reference.classes, seed: 14, resamples: 4000)
      #expect(agrees(found.accuracy.first, reference.accuracy[0]))
      #expect(agrees(found.accuracy.second, reference.accuracy[1]))
      #expect(agrees(found.macroF1.first, reference.macroF1[0]))
      #expect(agrees(found.macroF1.second, reference.macroF1[1]))
      let near = 0.2 * reference.macroF1Error
      #expect(abs(found.macroF1.low - reference.macroF1Bounds[0]) < near)
      #expect(abs(found.macroF1.high - reference.macroF1Bounds[1]) < near)
      let step = 1.01 / Double(reference.truths.count)
      #expect(abs(found.accuracy.low - reference.accuracyBounds[0]) < step)
      #expect(abs(found.accuracy.high - reference.accuracyBounds[1]) < step)
    }
  }

  @Test("the same predictions do not differ, and McNemar's counts are those of errors")
  func counts() {
    let truths = [0, 1, 0, 1, 1, 0, 0]
    let same = PairedClassifiers(
      truths: truths, first: truths, second: truths, classes: 2, seed: 1, resamples: 100)
    #expect(same.accuracy.low == 0 && same.accuracy.high == 0 && same.accuracy.pValue == 1)
    #expect(same.mcnemar.pValue == 1)
    let other = PairedClassifiers(
      truths: truths, first: [0, 1, 0, 1, 0, 1, 0], second: [0, 1, 0, 0, 1, 0, 0], classes: 2,
      seed: 1, resamples: 100)
    #expect(other.mcnemar.b == 1 && other.mcnemar.c == 2)
  }

  @Test("rejects a true null in at most 6 %")
  func holdsItsLevel() {
    // Fewer resamples than by default, since each of the draws makes them.
    let share = rejections(of: 300, seed: 15) { random in
      let truths = (0..<80).map { _ in random.below(2) }
      func predicted(_ random: inout SeededRandom) -> [Int] {
        truths.map { random.uniform() < 0.8 ? $0 : 1 - $0 }
      }
      let (first, second) = (predicted(&random), predicted(&random))
      return PairedClassifiers(
        truths: truths, first: first, second: second, classes: 2, seed: random.next(),
        resamples: 200
      ).macroF1.pValue
    }
    #expect(share <= 0.06, "\(share)")
  }
}
