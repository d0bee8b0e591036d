import Testing

@testable import Statistics

@Suite struct PearsonCorrelationTests {
  @Test("a line has correlation 1 or -1, and values by hand their quotient")
  func values() throws {
    #expect(PearsonCorrelation.coefficient([1, 2, 3], [2, 4, 6]) == 1)
    #expect(PearsonCorrelation.coefficient([1, 2, 3], [6, 4, 2]) == -1)
    // Deviations (-1, 0, 1) and (-1, 1, 0): 1 / sqrt(2 * 2).
    let half = try #require(PearsonCorrelation.coefficient([1, 2, 3], [1, 3, 2]))
    #expect(abs(half - 0.5) < 1e-15)
  }

  @Test("equal values and single pairs have none")
  func none() {
    #expect(PearsonCorrelation.coefficient([0.1, 0.1, 0.1], [1, 2, 3]) == nil)
    #expect(PearsonCorrelation.coefficient([1], [2]) == nil)
    #expect(PearsonCorrelation.coefficient([], []) == nil)
  }
}
