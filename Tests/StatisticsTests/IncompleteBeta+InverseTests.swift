import Testing

@testable import Statistics

@Suite struct IncompleteBetaInverseTests {
  @Test("quantiles agree with SciPy")
  func agreesWithSciPy() throws {
    for reference in try EvaluationNumbers.load().inverses {
      let (a, b) = (try #require(reference.a), try #require(reference.b))
      #expect(
        agrees(IncompleteBeta.inverse(reference.x, a, b), reference.value),
        "share \(reference.x), a \(a), b \(b)")
    }
  }
}
