internal import Foundation

/// Linear regression of few variables.
public enum LeastSquares {
  /// What a linear function of each row leaves of its target, with the least sum of squares.
  ///
  /// A variable that the others determine is left out. One of the variables should be constant.
  ///
  /// - Precondition: There is one target per row, and the rows have equal lengths.
  public static func residuals(_ rows: [[Double]], _ targets: [Double]) -> [Double] {
    precondition(rows.count == targets.count, "\(rows.count) rows for \(targets.count) targets")
    var rest = targets
    var basis: [[Double]] = []
    // Gram-Schmidt on the columns, the second pass against rounding.
    for column in 0..<(rows.first?.count ?? 0) {
      var own = rows.map { $0[column] }
      let before = norm(own)
      for _ in 0..<2 { for one in basis { own = without(own, one) } }
      let length = norm(own)
      guard length > 1e-9 * max(before, 1e-300) else { continue }
      let unit = own.map { $0 / length }
      basis.append(unit)
      rest = without(rest, unit)
    }
    return rest
  }

  private static func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// The values minus their projection on a direction of length 1.
  private static func without(_ values: [Double], _ direction: [Double]) -> [Double] {
    let share = zip(values, direction).reduce(0) { $0 + $1.0 * $1.1 }
    return zip(values, direction).map { $0 - share * $1 }
  }
}
