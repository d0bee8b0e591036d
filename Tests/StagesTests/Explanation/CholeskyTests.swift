import Testing

@testable import Stages

@Suite struct CholeskyTests {
  @Test func solvesASymmetricSystem() {
    // The upper triangle is not read.
    var matrix = [4.0, .nan, .nan, 2, 5, .nan, 1, 3, 6]
    var vector = [4.0 - 2 + 3, 2.0 - 5 + 9, 1.0 - 3 + 18]
    #expect(Cholesky.solve(&matrix, &vector))
    #expect(isNear(vector, [1, -1, 3], 1e-12))
  }

  @Test func reportsMatricesThatAreNotDefinite() {
    var (matrix, vector) = ([1.0, 0, 1, 1], [1.0, 1])
    #expect(!Cholesky.solve(&matrix, &vector, tolerance: 1e-10))
    (matrix, vector) = ([0, 0, 0, 1], [0, 1])
    #expect(!Cholesky.solve(&matrix, &vector))
  }
}
