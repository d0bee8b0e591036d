import Testing

@testable import Statistics

@Suite struct ChiSquareTests {
  @Test("tails agree with SciPy")
  func tails() throws {
    for reference in try ComparisonReferences.load().tails {
      #expect(
        agrees(ChiSquare(freedom: reference.freedom).upperTail(reference.x), reference.upper),
        "\(reference.freedom) degrees of freedom, x \(reference.x)")
    }
  }

  @Test("nothing lies below 0 and nothing at infinity")
  func ends() {
    #expect(ChiSquare(freedom: 3).upperTail(0) == 1)
    #expect(ChiSquare(freedom: 3).upperTail(-1) == 1)
    #expect(ChiSquare(freedom: 3).upperTail(.infinity) == 0)
  }
}
