import Foundation
import Testing

@testable import Statistics

@Suite struct IncompleteGammaTests {
  @Test("a shape of 1 is the exponential distribution, one of 2 has its closed form")
  func closedForms() {
    for x in [1e-8, 0.5, 1, 1.99, 2.01, 7, 60] {
      #expect(agrees(IncompleteGamma.upper(1, x), exp(-x)), "x \(x)")
      #expect(agrees(IncompleteGamma.upper(2, x), (1 + x) * exp(-x)), "x \(x)")
      #expect(agrees(IncompleteGamma.upper(0.5, x), erfc(x.squareRoot())), "x \(x)")
    }
  }
}
