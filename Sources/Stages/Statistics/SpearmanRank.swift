internal import Foundation

/// The rank correlation of pairs (Spearman 1904), with its test and its interval.
public struct SpearmanRank: Sendable, Hashable {
  /// The number of pairs.
  public let count: Int
  /// The correlation of the ranks, from -1 to 1.
  public let correlation: Double
  /// The two-sided p-value for a correlation of 0, by Student's t with
  /// n - 2 degrees of freedom; `nil` for two pairs.
  public let pValue: Double?
  /// The interval by Fisher's z with the standard error sqrt((1 + r^2 / 2) / (n - 3)) (Bonett and
  /// Wright 2000); `nil` for fewer than four pairs or a correlation of 1 or -1.
  public let bounds: ClosedRange<Double>?

  /// The correlation of two lists; `nil` for fewer than two pairs, or if all values of a list are
  /// equal.
  ///
  /// - Precondition: Both lists have the same length, no value is NaN, and the confidence is above 0
  ///   and below 1.
  public init?(_ x: [Double], _ y: [Double], confidence: Double = 0.95) {
    precondition(x.count == y.count, "\(x.count) and \(y.count) values")
    precondition(confidence > 0 && confidence < 1, "a confidence of \(confidence)")
    guard x.count > 1 else { return nil }
    let n = Double(x.count)
    // Ranks minus their mean; all sums of them are exact.
    let (a, b) = (
      Ranks(x).values.map { $0 - (n + 1) / 2 }, Ranks(y).values.map { $0 - (n + 1) / 2 }
    )
    func sum(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let (squaresA, squaresB) = (sum(a, a), sum(b, b))
    guard squaresA > 0, squaresB > 0 else { return nil }
    let r = max(-1, min(1, sum(a, b) / (squaresA * squaresB).squareRoot()))
    (count, correlation) = (x.count, r)
    guard x.count > 2 else {
      (pValue, bounds) = (nil, nil)
      return
    }
    let rest = (1 - r) * (1 + r)
    pValue =
      rest > 0
      ? StudentT(freedom: n - 2).twoSided(r * ((n - 2) / rest).squareRoot()) : 0
    guard x.count > 3, rest > 0 else {
      bounds = nil
      return
    }
    let error = ((1 + r * r / 2) / (n - 3)).squareRoot()
    let half = error * NormalDistribution.quantile(0.5 + confidence / 2)
    bounds = tanh(atanh(r) - half)...tanh(atanh(r) + half)
  }
}
