internal import Foundation

/// The area under a ROC curve with its variance (DeLong, DeLong and Clarke-Pearson 1988), from ranks
/// in O(n log n) (Sun and Xu 2014).
///
/// It holds for independent samples.
public struct DeLong: Sendable, Hashable {
  /// The area: how often a positive outranks a negative, ties counting one half.
  public let area: Double
  /// The variance of the area; `nil` with fewer than two positives or two negatives.
  public let variance: Double?
  /// For each positive in order, the share of negatives that it outranks.
  let wins: [Double]
  /// For each negative in order, the share of positives that outrank it.
  let losses: [Double]

  /// Computes the area of some scores; `nil` if there are no positives or no negatives.
  ///
  /// - Precondition: There is one side per score, and no score is NaN.
  public init?(scores: [Double], positive: [Bool]) {
    precondition(scores.count == positive.count, "one side per score")
    let up = zip(scores, positive).filter(\.1).map(\.0)
    let down = zip(scores, positive).filter { !$0.1 }.map(\.0)
    guard !up.isEmpty, !down.isEmpty else { return nil }
    let all = Self.midranks(up + down)
    let (m, n) = (Double(up.count), Double(down.count))
    wins = zip(all, Self.midranks(up)).map { ($0 - $1) / n }
    losses = zip(all[up.count...], Self.midranks(down)).map { 1 - ($0 - $1) / m }
    area = wins.reduce(0, +) / m
    variance = Self.covariance(wins, losses, wins, losses)
  }

  /// The interval on the scale of log odds, on which it stays within 0 and 1 and covers better where
  /// the area is large (Pepe 2003, section 5.2.4).
  ///
  /// `nil` if there is no variance, or if the area is 0 or 1, whose log odds are infinite.
  ///
  /// - Precondition: The confidence is above 0 and below 1.
  public func bounds(confidence: Double = 0.95) -> ClosedRange<Double>? {
    precondition(confidence > 0 && confidence < 1, "a confidence of \(confidence)")
    guard let variance, variance > 0, area > 0, area < 1 else { return nil }
    let z = NormalDistribution.quantile(0.5 + confidence / 2)
    let odds = log(area / (1 - area))
    let half = z * variance.squareRoot() / (area * (1 - area))
    return 1 / (1 + exp(half - odds))...1 / (1 + exp(-half - odds))
  }

  /// The difference of two areas on the same samples, tested.
  public struct Difference: Sendable, Hashable {
    /// The first area minus the second.
    public let value: Double
    /// Its variance.
    public let variance: Double
    /// The difference divided by its standard error; `nil` if the error is 0.
    public let statistic: Double?
    /// The two-sided p-value for equal areas; `nil` as `statistic`.
    public let pValue: Double?
    /// The ends of the interval of the difference.
    public let bounds: ClosedRange<Double>
  }

  /// The difference from the area of other scores of the same samples, with the two-sided test.
  ///
  /// `nil` with fewer than two positives or two negatives.
  ///
  /// - Precondition: Both are of the same samples in the same order; the confidence is above 0 and
  ///   below 1.
  public func difference(from other: DeLong, confidence: Double = 0.95) -> Difference? {
    precondition(
      wins.count == other.wins.count && losses.count == other.losses.count, "other samples")
    precondition(confidence > 0 && confidence < 1, "a confidence of \(confidence)")
    guard let own = variance, let others = other.variance,
      let shared = Self.covariance(wins, losses, other.wins, other.losses)
    else { return nil }
    let value = area - other.area
    // Rounding may leave a little less than 0.
    let variance = max(0, own + others - 2 * shared)
    let error = variance.squareRoot()
    let half = error * NormalDistribution.quantile(0.5 + confidence / 2)
    // A standard error as small as rounding errors counts as 0.
    let statistic = error > 1e-12 ? value / error : nil
    return Difference(
      value: value, variance: variance, statistic: statistic,
      pValue: statistic.map { 2 * NormalDistribution.cumulative(-abs($0)) },
      bounds: (value - half)...(value + half))
  }

  /// The covariance of two areas from the shares of their samples.
  private static func covariance(
    _ wins: [Double], _ losses: [Double], _ otherWins: [Double], _ otherLosses: [Double]
  ) -> Double? {
    guard wins.count > 1, losses.count > 1 else { return nil }
    return covariance(wins, otherWins) / Double(wins.count)
      + covariance(losses, otherLosses) / Double(losses.count)
  }

  private static func covariance(_ a: [Double], _ b: [Double]) -> Double {
    let count = Double(a.count)
    let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
    return zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) } / (count - 1)
  }

  /// Ranks from 1; equal values share the mean of theirs.
  static func midranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }
}
