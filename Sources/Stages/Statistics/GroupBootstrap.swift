internal import Foundation

/// Statistics of resamples of whole groups, such as the images of a patient, drawn with replacement
/// (Efron 1979; Davison and Hinkley 1997, section 3.8).
///
/// The draws depend only on the seed and the number of groups, so that statistics of two models on the
/// same groups are paired. A statistic that is not defined in a resample is not a number (NaN) there.
public struct GroupBootstrap: Sendable {
  /// The share of resamples in which a statistic must be defined for it to have an interval.
  public static let leastDefined = 0.9

  /// The statistics of the data.
  public let estimates: [Double]
  /// The number of groups.
  public let groups: Int
  /// The values in each resample, by statistic.
  let resampled: [[Double]]
  /// The values without one group each, by statistic.
  let jackknife: [[Double]]

  /// Draws resamples and computes statistics of each.
  ///
  /// - Parameters:
  ///   - groups: The number of groups, at least 1.
  ///   - resamples: The number of resamples; without any, there are no intervals.
  ///   - seed: The seed of the draws.
  ///   - statistics: The statistics, from how often each group was drawn.
  ///   - without: The statistics of all groups but one.
  public init(
    groups: Int, resamples: Int, seed: UInt64, statistics: ([Int32]) -> [Double],
    without: (Int) -> [Double]
  ) {
    precondition(groups > 0 && resamples >= 0, "\(resamples) resamples of \(groups) groups")
    self.groups = groups
    estimates = statistics([Int32](repeating: 1, count: groups))
    var resampled = estimates.map { _ in [Double]() }
    var jackknife = resampled
    // A single group has no error that could be estimated.
    if groups > 1, resamples > 0 {
      var weights = [Int32](repeating: 0, count: groups)
      for resample in 0..<resamples {
        Self.draw(&weights, SeededRandom(seed: seed, stream: UInt64(resample)))
        for (index, value) in statistics(weights).enumerated() { resampled[index].append(value) }
      }
      for group in 0..<groups {
        for (index, value) in without(group).enumerated() { jackknife[index].append(value) }
      }
    }
    (self.resampled, self.jackknife) = (resampled, jackknife)
  }

  /// The bias-corrected and accelerated interval of a statistic, by its index.
  ///
  /// `nil` without resamples, with a single group, if the statistic is not defined in the data or in
  /// nine of ten resamples, or if no resample differs from another.
  public func interval(of index: Int, confidence: Double = 0.95) -> BootstrapInterval? {
    let values = resampled[index].filter(\.isFinite)
    guard estimates[index].isFinite, !values.isEmpty,
      Double(values.count) >= Self.leastDefined * Double(resampled[index].count)
    else { return nil }
    return BootstrapInterval.accelerated(
      estimates[index], resampled: values, jackknife: jackknife[index].filter(\.isFinite),
      confidence: confidence)
  }

  /// Counts how often each group is among as many draws as there are groups.
  private static func draw(_ weights: inout [Int32], _ stream: SeededRandom) {
    var stream = stream
    weights.withUnsafeMutableBufferPointer { weights in
      weights.update(repeating: 0)
      for _ in 0..<weights.count { weights[stream.below(weights.count)] += 1 }
    }
  }
}
