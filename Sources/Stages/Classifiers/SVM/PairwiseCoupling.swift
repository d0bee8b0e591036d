/// Class probabilities from probabilities of pairs (Wu, Lin and Weng, "Probability estimates for
/// multi-class classification by pairwise coupling", JMLR 5, 2004, second method).
///
/// libsvm iterates to a tolerance; here the linear system of the optimum is solved, so there is a
/// gradient.
struct PairwiseCoupling {
  /// The probability of each class.
  let probabilities: [Double]
  /// `pairs[i][j]`: the probability of i in the pair of i and j.
  private let pairs: [[Double]]
  /// The matrix of the system, with the multiplier of the sum in the last row and column.
  private let system: [[Double]]

  /// `pairs[i][j]` for i < j must lie within (0, 1).
  init(_ pairs: [[Double]]) {
    let count = pairs.count
    var system = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count + 1)
    for i in 0..<count {
      for j in 0..<count where j != i {
        system[i][i] += pairs[j][i] * pairs[j][i]
        system[i][j] = -pairs[j][i] * pairs[i][j]
      }
      system[i][count] = 1
      system[count][i] = 1
    }
    self.pairs = pairs
    self.system = system
    var right = [Double](repeating: 0, count: count + 1)
    right[count] = 1
    probabilities = Array(Self.solve(system, right).prefix(count))
  }

  /// The derivatives of class k's probability by `pairs[i][j]`, for i < j in order.
  func derivatives(of k: Int) -> [Double] {
    let count = pairs.count
    var unit = [Double](repeating: 0, count: count + 1)
    unit[k] = 1
    // The system is symmetric: its solution for the unit vector multiplies each change of it.
    let adjoint = Self.solve(system, unit)
    let p = probabilities
    var derivatives: [Double] = []
    for i in 0..<count {
      for j in i + 1..<count {
        let (r, rest) = (pairs[i][j], pairs[j][i])
        let diagonal = 2 * r * adjoint[j] * p[j] - 2 * rest * adjoint[i] * p[i]
        let side = (2 * r - 1) * (adjoint[i] * p[j] + adjoint[j] * p[i])
        derivatives.append(-(diagonal + side))
      }
    }
    return derivatives
  }

  /// Gaussian elimination with partial pivoting.
  private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var rows = zip(matrix, right).map { $0 + [$1] }
    let count = rows.count
    for column in 0..<count {
      var pivot = column
      for row in column + 1..<count where abs(rows[row][column]) > abs(rows[pivot][column]) {
        pivot = row
      }
      rows.swapAt(column, pivot)
      for row in column + 1..<count {
        let factor = rows[row][column] / rows[column][column]
        for place in column...count { rows[row][place] -= factor * rows[column][place] }
      }
    }
    var solution = [Double](repeating: 0, count: count)
    for row in (0..<count).reversed() {
      var sum = rows[row][count]
      for place in row + 1..<count { sum -= rows[row][place] * solution[place] }
      solution[row] = sum / rows[row][row]
    }
    return solution
  }
}
