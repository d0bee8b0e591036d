import Testing

@testable import Statistics

@Suite struct IncompleteBetaTests {
  @Test("the regularised function agrees with SciPy")
  func agreesWithSciPy() throws {
    for reference in try ReferenceNumbers.load().beta {
      #expect(
        agrees(
          IncompleteBeta.regularised(reference.x, reference.a, reference.b), reference.value),
        "x \(reference.x), a \(reference.a), b \(reference.b)")
    }
  }

  @Test("the two forms of the beta function meet at a shape of 10")
  func formsMeet() {
    for shape in [0.5, 3, 9.999_999_999, 10, 200] {
      let below = IncompleteBeta.logBeta(shape, 9.999_999_999_999)
      let above = IncompleteBeta.logBeta(shape, 10)
      #expect(abs(below - above) < 1e-10, "\(shape)")
    }
  }
}
