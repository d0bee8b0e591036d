internal import Foundation

/// The mean of some values and its confidence interval by Student's t.
///
/// The interval holds for independent values of a normal distribution. Scores of folds share training
/// samples, so theirs tends to be too narrow.
public struct MeanInterval: Sendable, Hashable {
  /// The number of values.
  public let count: Int
  /// The arithmetic mean.
  public let mean: Double
  /// The sample standard deviation (n - 1); `nil` for a single value.
  public let deviation: Double?
  /// The ends of the interval; `nil` for a single value.
  public let bounds: ClosedRange<Double>?

  /// Computes the statistics of some values.
  ///
  /// - Precondition: There is at least one value, all are finite, and the confidence is above 0 and
  ///   below 1.
  public init(of values: [Double], confidence: Double = 0.95) {
    precondition(!values.isEmpty, "a mean of nothing")
    count = values.count
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    guard values.count > 1 else {
      (deviation, bounds) = (nil, nil)
      return
    }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(values.count - 1)).squareRoot()
    self.deviation = deviation
    let half = Self.half(
      error: deviation / Double(values.count).squareRoot(), freedom: values.count - 1,
      confidence: confidence)
    bounds = Self.bounds(mean, half)
  }

  /// The interval around a mean; `nil` if it is not finite, as after an overflow.
  static func bounds(_ mean: Double, _ half: Double) -> ClosedRange<Double>? {
    (mean - half).isFinite && (mean + half).isFinite ? (mean - half)...(mean + half) : nil
  }

  /// Half the width of a central interval, from the standard error of a mean.
  static func half(error: Double, freedom: Int, confidence: Double) -> Double {
    precondition(confidence > 0 && confidence < 1, "a confidence of \(confidence)")
    return error * StudentT(freedom: Double(freedom)).quantile(0.5 + confidence / 2)
  }
}
