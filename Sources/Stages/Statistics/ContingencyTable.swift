internal import Foundation

/// The association of two categorical variables.
public struct ContingencyTable: Sendable, Hashable {
  /// The number of observations.
  public let count: Int
  /// Pearson's statistic.
  public let chiSquare: Double
  /// The degrees of freedom, over rows and columns with observations.
  public let freedom: Int
  /// Cramér's V with the correction for bias (Bergsma 2013, "A bias-correction for Cramér's V and
  /// Tschuprow's T"), from 0 to 1; 0 if a variable has only one value.
  public let association: Double

  /// The association of paired values.
  ///
  /// - Precondition: The arrays have equal lengths.
  public init(_ left: [String], _ right: [String]) {
    precondition(left.count == right.count, "\(left.count) and \(right.count) values")
    count = left.count
    var (rows, columns): ([String: Int], [String: Int]) = ([:], [:])
    for value in left { rows[value, default: 0] += 1 }
    for value in right { columns[value, default: 0] += 1 }
    var cells: [String: [String: Int]] = [:]
    for (one, other) in zip(left, right) { cells[one, default: [:]][other, default: 0] += 1 }
    let n = Double(count)
    var sum = 0.0
    // In a fixed order, so that the sum has the same bits everywhere.
    for (row, rowCount) in rows.sorted(by: { $0.key < $1.key }) {
      for (column, columnCount) in columns.sorted(by: { $0.key < $1.key }) {
        let expected = Double(rowCount) * Double(columnCount) / n
        let difference = Double(cells[row]?[column] ?? 0) - expected
        sum += difference * difference / expected
      }
    }
    chiSquare = sum
    freedom = max(0, rows.count - 1) * max(0, columns.count - 1)
    guard freedom > 0, count > 1 else {
      association = 0
      return
    }
    let (r, c) = (Double(rows.count), Double(columns.count))
    let corrected = max(0, sum / n - Double(freedom) / (n - 1))
    let smaller = min(r - (r - 1) * (r - 1) / (n - 1), c - (c - 1) * (c - 1) / (n - 1)) - 1
    association = smaller > 0 ? min(1, (corrected / smaller).squareRoot()) : 0
  }

  /// The statistic as a standard normal deviate (Wilson and Hilferty 1931); `nil` without freedom.
  ///
  /// `share` is the number of independent observations as a share of all, below 1 if they come in
  /// clusters.
  public func deviate(independent share: Double = 1) -> Double? {
    guard freedom > 0 else { return nil }
    let freedom = Double(self.freedom)
    let variance = 2 / (9 * freedom)
    return (cbrt(chiSquare * share / freedom) - (1 - variance)) / variance.squareRoot()
  }
}
