internal import Foundation

/// The mean of paired differences, its confidence interval, and the two-sided paired t-test.
public struct PairedTTest: Sendable, Hashable {
  /// The number of pairs.
  public let count: Int
  /// The mean difference.
  public let mean: Double
  /// The sample standard deviation of the differences (n - 1); `nil` for a single pair.
  public let deviation: Double?
  /// The ends of the interval of the mean difference; `nil` for a single pair.
  public let bounds: ClosedRange<Double>?
  /// The mean divided by its standard error; `nil` for a single pair, or if all differences are equal,
  /// which leaves nothing to estimate an error from.
  public let statistic: Double?
  /// The probability of a mean at least as far from 0 if there is no difference; `nil` as `statistic`.
  public let pValue: Double?

  /// Tests some differences, one per pair.
  ///
  /// `varianceFactor` times the variance of the differences is the variance of their mean: 1/n for
  /// independent pairs, which is the default.
  ///
  /// - Precondition: There is at least one difference, all are finite, the confidence is above 0 and
  ///   below 1, and the factor is positive.
  public init(_ differences: [Double], confidence: Double = 0.95, varianceFactor: Double? = nil) {
    let values = MeanInterval(of: differences, confidence: confidence)
    let factor = varianceFactor ?? 1 / Double(values.count)
    precondition(factor > 0, "a variance factor of \(factor)")
    (count, mean, deviation) = (values.count, values.mean, values.deviation)
    guard let deviation = values.deviation else {
      (bounds, statistic, pValue) = (nil, nil, nil)
      return
    }
    let error = deviation * factor.squareRoot()
    let half = MeanInterval.half(error: error, freedom: count - 1, confidence: confidence)
    bounds = MeanInterval.bounds(mean, half)
    guard error > 0, error.isFinite else {
      (statistic, pValue) = (nil, nil)
      return
    }
    statistic = mean / error
    pValue = StudentT(freedom: Double(count - 1)).twoSided(mean / error)
  }
}
