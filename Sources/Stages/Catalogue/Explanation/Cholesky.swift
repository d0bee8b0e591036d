/// Solves systems of linear equations whose matrix is symmetric and positive definite.
enum Cholesky {
  /// Solves `matrix * x = vector` in place, with the matrix row by row, of which only the lower
  /// triangle is read.
  ///
  /// Returns whether the matrix is positive definite: no pivot is at most `tolerance` times its own
  /// diagonal element. If it is not, the numbers in `vector` mean nothing.
  @discardableResult
  static func solve(
    _ matrix: inout [Double], _ vector: inout [Double], tolerance: Double = 0
  ) -> Bool {
    let count = vector.count
    var isDefinite = true
    for row in 0..<count {
      let diagonal = matrix[row * count + row]
      for column in 0...row {
        var sum = matrix[row * count + column]
        for k in 0..<column { sum -= matrix[row * count + k] * matrix[column * count + k] }
        if row == column, !(sum > tolerance * diagonal) { isDefinite = false }
        matrix[row * count + column] =
          row == column ? sum.squareRoot() : sum / matrix[column * count + column]
      }
    }
    for row in 0..<count {
      for k in 0..<row { vector[row] -= matrix[row * count + k] * vector[k] }
      vector[row] /= matrix[row * count + row]
    }
    for row in (0..<count).reversed() {
      for k in row + 1..<max(count, row + 1) { vector[row] -= matrix[k * count + row] * vector[k] }
      vector[row] /= matrix[row * count + row]
    }
    return isDefinite
  }
}
