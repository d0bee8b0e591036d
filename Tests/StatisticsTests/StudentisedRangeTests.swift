import Foundation
import Testing

@testable import Statistics

@Suite struct StudentisedRangeTests {
  /// SciPy integrates numerically, to about 1e-10, and gives only the lower tail.
  @Test("tails agree with SciPy to 1e-8")
  func tails() throws {
    for reference in try ComparisonReferences.load().ranges {
      let tail = StudentisedRange(groups: reference.groups).upperTail(reference.q)
      #expect(
        abs(tail - reference.upper) < 1e-8, "\(reference.groups) groups, q \(reference.q)")
    }
  }

  @Test("quantiles agree with SciPy to 1e-8")
  func quantiles() throws {
    for reference in try ComparisonReferences.load().rangeQuantiles {
      let value = StudentisedRange(groups: reference.groups).upperQuantile(reference.share)
      #expect(
        abs(value - reference.value) < 1e-8, "\(reference.groups) groups, \(reference.share)")
    }
  }

  @Test("the range of two values is the distance of two normal ones, also far out")
  func closedForm() {
    for q in [0.01, 1, 3, 8, 20] {
      #expect(agrees(StudentisedRange(groups: 2).upperTail(q), erfc(q / 2)), "q \(q)")
    }
    #expect(StudentisedRange(groups: 5).upperTail(0) == 1)
    #expect(StudentisedRange(groups: 5).upperTail(.infinity) == 0)
  }
}
