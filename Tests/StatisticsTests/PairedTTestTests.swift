import Testing

@testable import Statistics

@Suite struct PairedTTestTests {
  @Test("the test and its interval agree with SciPy")
  func agreesWithSciPy() throws {
    for reference in try ReferenceNumbers.load().pairs {
      let test = PairedTTest(zip(reference.a, reference.b).map { $0 - $1 })
      #expect(agrees(test.statistic, reference.statistic))
      #expect(agrees(test.pValue, reference.p))
      #expect(agrees(test.bounds?.lowerBound, reference.low))
      #expect(agrees(test.bounds?.upperBound, reference.high))
    }
  }

  @Test("another variance factor gives the corrected resampled test")
  func varianceFactor() throws {
    for reference in try ReferenceNumbers.load().pairs {
      let test = PairedTTest(
        zip(reference.a, reference.b).map { $0 - $1 }, varianceFactor: reference.factor)
      #expect(agrees(test.statistic, reference.corrected))
      #expect(agrees(test.pValue, reference.correctedP))
    }
  }

  @Test("equal differences and single pairs are not tested")
  func nothingToEstimateFrom() {
    let equal = PairedTTest([0.25, 0.25])
    #expect(equal.mean == 0.25)
    #expect(equal.bounds == 0.25...0.25)
    #expect(equal.pValue == nil)
    let single = PairedTTest([0.25])
    #expect(single.bounds == nil && single.pValue == nil && single.deviation == nil)
  }
}
