internal import Foundation
internal import Statistics

/// Correlations of paired values, and Spearman's with its interval.
enum RankCorrelation {
  /// The ranks of values, from 1; equal values share the mean of their ranks.
  static func ranks<Value: Comparable>(_ values: [Value]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in order[start..<end] { ranks[place] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }

  /// Spearman's rho: Pearson's correlation of the ranks; `nil` if one side is constant.
  ///
  /// - Precondition: Both sides have the same number of values, none of them NaN.
  static func spearman<Value: Comparable>(_ first: [Value], _ second: [Value]) -> Double? {
    pearson(ranks(first), ranks(second))
  }

  /// Pearson's correlation; `nil` if one side is constant or there are fewer than two pairs.
  ///
  /// - Precondition: Both sides have the same number of values.
  static func pearson(_ first: [Double], _ second: [Double]) -> Double? {
    precondition(first.count == second.count, "values are not paired")
    // A sum of squares is rarely exactly 0 after rounding, so constant values are found as such.
    guard first.contains(where: { $0 != first[0] }), second.contains(where: { $0 != second[0] })
    else { return nil }
    let count = Double(first.count)
    let (meanX, meanY) = (first.reduce(0, +) / count, second.reduce(0, +) / count)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(first, second) {
      xx += (x - meanX) * (x - meanX)
      yy += (y - meanY) * (y - meanY)
      xy += (x - meanX) * (y - meanY)
    }
    // The root of the product, so that a correlation of 1 is exact where both sums are equal.
    let scale = (xx * yy).squareRoot()
    guard scale > 0, scale.isFinite else { return nil }
    return min(max(xy / scale, -1), 1)
  }

  /// The confidence interval of Spearman's rho of some pairs, by Fisher's transformation with the
  /// standard error sqrt((1 + rho^2 / 2) / (n - 3)) of Bonett and Wright (2000).
  ///
  /// `nil` for fewer than four pairs, and for a rho of 1 or -1, whose transform is infinite.
  static func interval(
    of rho: Double, pairs: Int, confidence: Double
  ) -> ClosedRange<Double>? {
    guard pairs > 3, abs(rho) < 1 else { return nil }
    let error = ((1 + rho * rho / 2) / Double(pairs - 3)).squareRoot()
    let half = NormalDistribution.quantile(0.5 + confidence / 2) * error
    return tanh(atanh(rho) - half)...tanh(atanh(rho) + half)
  }
}
