internal import Foundation

/// The confidence interval of a statistic from its values in resamples.
public struct BootstrapInterval: Sendable, Hashable {
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double

  /// The interval between two percentiles of the resamples (Efron 1979).
  ///
  /// `nil` if no resample differs from another: the data then say nothing of the error.
  ///
  /// - Precondition: All values are finite, and the confidence is above 0 and below 1.
  public static func percentile(
    of resampled: [Double], confidence: Double = 0.95
  ) -> BootstrapInterval? {
    let tail = (1 - checked(confidence)) / 2
    return between(tail, 1 - tail, resampled.sorted())
  }

  /// The bias-corrected and accelerated interval (Efron 1987).
  ///
  /// The acceleration comes from the statistic's values without one observation (or group) each, and
  /// is 0 if they do not differ. `nil` if no resample differs from another. Where all resamples lie on
  /// one side of the estimate, the bias cannot be corrected, and the interval is that of percentiles.
  ///
  /// - Precondition: All values are finite, and the confidence is above 0 and below 1.
  public static func accelerated(
    _ estimate: Double, resampled: [Double], jackknife: [Double], confidence: Double = 0.95
  ) -> BootstrapInterval? {
    let tail = (1 - checked(confidence)) / 2
    let sorted = resampled.sorted()
    guard !sorted.isEmpty else { return nil }
    let below = sorted.count { $0 < estimate }
    let equal = sorted.count { $0 == estimate }
    // Half of those that equal the estimate lie below it.
    let share = (Double(below) + Double(equal) / 2) / Double(sorted.count)
    guard share > 0, share < 1 else { return between(tail, 1 - tail, sorted) }
    let bias = NormalDistribution.quantile(share)
    let acceleration = acceleration(of: jackknife)
    func moved(_ level: Double) -> Double {
      let shift = bias + NormalDistribution.quantile(level)
      return NormalDistribution.cumulative(bias + shift / (1 - acceleration * shift))
    }
    return between(moved(tail), moved(1 - tail), sorted)
  }

  /// The acceleration of the values of a statistic without one observation each.
  static func acceleration(of jackknife: [Double]) -> Double {
    guard jackknife.count > 1 else { return 0 }
    let mean = jackknife.reduce(0, +) / Double(jackknife.count)
    var (squares, cubes) = (0.0, 0.0)
    for value in jackknife {
      let distance = mean - value
      squares += distance * distance
      cubes += distance * distance * distance
    }
    // Differences as small as rounding errors count as 0.
    let noise = 1e-14 * max(abs(mean), 1e-300)
    guard squares > noise * noise * Double(jackknife.count) else { return 0 }
    return cubes / (6 * squares * squares.squareRoot())
  }

  /// A quantile of sorted values, with linear interpolation as in NumPy's default method.
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let position = share * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
    return sorted[below] + (sorted[below + 1] - sorted[below]) * (position - Double(below))
  }

  private static func between(
    _ low: Double, _ high: Double, _ sorted: [Double]
  ) -> BootstrapInterval? {
    guard let first = sorted.first, let last = sorted.last, first < last else { return nil }
    return BootstrapInterval(
      low: quantile(min(low, high), of: sorted), high: quantile(max(low, high), of: sorted))
  }

  private static func checked(_ confidence: Double) -> Double {
    precondition(confidence > 0 && confidence < 1, "a confidence of \(confidence)")
    return confidence
  }
}
