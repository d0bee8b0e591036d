import Testing

@testable import Statistics

@Suite struct LeastSquaresTests {
  @Test("agrees with NumPy")
  func agreesWithNumPy() throws {
    let reference = try InspectionNumbers.load().regression
    let residuals = LeastSquares.residuals(reference.rows, reference.targets)
    for (own, other) in zip(residuals, reference.residuals) { #expect(abs(own - other) < 1e-9) }
  }

  @Test("a variable that the others determine changes nothing")
  func dependentVariablesChangeNothing() throws {
    let reference = try InspectionNumbers.load().regression
    let rows = reference.rows.map { $0 + [$0[1] - 2 * $0[2], 0] }
    let residuals = LeastSquares.residuals(rows, reference.targets)
    for (own, other) in zip(residuals, reference.residuals) { #expect(abs(own - other) < 1e-9) }
  }
}
