import Foundation
import Testing

@testable import Statistics

@Suite struct LogSoftmaxTests {
  @Test("probabilities sum to 1, and a constant changes nothing")
  func isNormalised() {
    let values = LogSoftmax.values([1, 2, -3])
    #expect(abs(values.reduce(0) { $0 + exp($1) } - 1) < 1e-12)
    #expect(zip(values, LogSoftmax.values([1001, 1002, 997])).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(LogSoftmax.values([5]) == [0])
  }

  @Test("numbers are rounded to twelve decimals")
  func rounding() {
    #expect(StableNumber.rounded(0.1 + 0.2) == 0.3)
    #expect(StableNumber.rounded(1 - 1e-13) == 1)
    #expect(StableNumber.rounded(1e300) == 1e300)
  }
}
