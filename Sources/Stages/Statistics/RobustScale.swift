/// The median and the median absolute deviation of numbers, which few outliers hardly move.
public struct RobustScale: Sendable, Hashable {
  /// The median.
  public let median: Double
  /// The median absolute deviation times 1.4826, the standard deviation, if the numbers are normal.
  public let deviation: Double

  /// The scale of finite numbers.
  ///
  /// - Precondition: There is at least one.
  public init(of values: [Double]) {
    precondition(!values.isEmpty, "a median of nothing")
    let median = Self.median(values)
    self.median = median
    deviation = 1.482_602_218_505_602 * Self.median(values.map { abs($0 - median) })
  }

  /// The middle value; the mean of both for an even count.
  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
