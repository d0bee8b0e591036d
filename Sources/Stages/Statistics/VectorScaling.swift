internal import Foundation

/// A factor and an offset for each class's logit (vector scaling: Guo and others 2017).
public struct VectorScaling: Sendable, Hashable {
  /// The weight of the penalty half its sum of (factor - 1)^2 and offset^2, beside the mean negative
  /// log-likelihood.
  ///
  /// It makes the solution unique (a constant added to all offsets changes no probability) and
  /// finite (for classes that are separated without error), and is far too small to be seen else.
  public static let penalty = 1e-6

  /// The factor of each class's logit.
  public let factors: [Double]
  /// What is added to each class's logit after that.
  public let offsets: [Double]

  /// The scaling by factors and offsets.
  ///
  /// - Precondition: There are as many of both, and all are finite.
  public init(factors: [Double], offsets: [Double]) {
    precondition(factors.count == offsets.count && !factors.isEmpty, "one of both per class")
    precondition((factors + offsets).allSatisfy(\.isFinite), "a number is not finite")
    (self.factors, self.offsets) = (factors, offsets)
  }

  /// Fits factors and offsets by Newton's method with step halving, at most 100 steps.
  ///
  /// - Precondition: There is at least one row, each with one finite logit per class, and one label
  ///   per row that is the index of a class.
  public init(fitting logits: [[Double]], labels: [Int]) {
    precondition(!logits.isEmpty && logits.count == labels.count, "one label per row")
    let classes = logits[0].count
    let loss = Loss(logits: logits, labels: labels, classes: classes)
    var place = [Double](repeating: 1, count: classes) + [Double](repeating: 0, count: classes)
    var value = loss.value(place)
    for _ in 0..<100 {
      let (gradient, curvature) = loss.derivatives(place)
      guard let step = Self.solved(curvature, gradient) else { break }
      let descent = zip(gradient, step).reduce(0) { $0 + $1.0 * $1.1 }
      guard descent > 1e-24 else { break }
      var (length, moved) = (1.0, false)
      for _ in 0..<60 {
        let next = zip(place, step).map { $0 - length * $1 }
        let found = loss.value(next)
        if found <= value - 1e-4 * length * descent {
          (place, value, moved) = (next, found, true)
          break
        }
        length /= 2
      }
      // At the end, rounding hides what a step gains: the last one is taken as it is.
      guard moved else {
        if descent < 1e-12 { place = zip(place, step).map { $0 - $1 } }
        break
      }
    }
    self.init(factors: Array(place[..<classes]), offsets: Array(place[classes...]))
  }

  /// The logarithms of the probabilities after scaling.
  public func logProbabilities(_ logits: [Double]) -> [Double] {
    LogSoftmax.values(logits.indices.map { logits[$0] * factors[$0] + offsets[$0] })
  }

  /// The penalised mean negative log-likelihood of factors and, after them, offsets.
  private struct Loss {
    let logits: [[Double]]
    let labels: [Int]
    let classes: Int

    private func logProbabilities(_ row: [Double], _ place: [Double]) -> [Double] {
      LogSoftmax.values(row.indices.map { row[$0] * place[$0] + place[classes + $0] })
    }

    /// The distance of a parameter from its value without scaling.
    private func distance(_ place: [Double], _ index: Int) -> Double {
      place[index] - (index < classes ? 1 : 0)
    }

    func value(_ place: [Double]) -> Double {
      let sum = zip(logits, labels).reduce(0.0) { $0 - logProbabilities($1.0, place)[$1.1] }
      let squares = place.indices.reduce(0.0) {
        $0 + distance(place, $1) * distance(place, $1)
      }
      return sum / Double(logits.count) + VectorScaling.penalty / 2 * squares
    }

    func derivatives(_ place: [Double]) -> (gradient: [Double], curvature: [[Double]]) {
      let count = 2 * classes
      var gradient = [Double](repeating: 0, count: count)
      var curvature = [[Double]](repeating: gradient, count: count)
      for (row, label) in zip(logits, labels) {
        let shares = logProbabilities(row, place).map { exp($0) }
        // A parameter's logit changes by the old logit (factor) or by 1 (offset).
        let changes = row + [Double](repeating: 1, count: classes)
        for one in 0..<count {
          let own = one % classes
          gradient[one] += (shares[own] - (own == label ? 1 : 0)) * changes[one]
          for other in 0...one {
            let its = other % classes
            let second = shares[own] * ((own == its ? 1 : 0) - shares[its])
            curvature[one][other] += second * changes[one] * changes[other]
          }
        }
      }
      let samples = Double(logits.count)
      for one in 0..<count {
        gradient[one] = gradient[one] / samples + VectorScaling.penalty * distance(place, one)
        for other in 0...one { curvature[one][other] /= samples }
        curvature[one][one] += VectorScaling.penalty
      }
      return (gradient, curvature)
    }
  }

  /// Solves a symmetric, positive definite system of which the lower triangle is given (Cholesky);
  /// `nil` if rounding made it indefinite.
  private static func solved(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
    var factor = matrix
    for row in matrix.indices {
      for column in 0...row {
        var sum = matrix[row][column]
        for index in 0..<column { sum -= factor[row][index] * factor[column][index] }
        if row == column {
          guard sum > 0 else { return nil }
          factor[row][row] = sum.squareRoot()
        } else {
          factor[row][column] = sum / factor[column][column]
        }
      }
    }
    var solution = right
    for row in matrix.indices {
      for index in 0..<row { solution[row] -= factor[row][index] * solution[index] }
      solution[row] /= factor[row][row]
    }
    for row in matrix.indices.reversed() {
      for index in (row + 1)..<matrix.count {
        solution[row] -= factor[index][row] * solution[index]
      }
      solution[row] /= factor[row][row]
    }
    return solution
  }
}
