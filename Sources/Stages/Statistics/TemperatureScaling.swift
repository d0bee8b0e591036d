internal import Foundation

/// One temperature that divides all logits (Guo, Pleiss, Sun and Weinberger 2017).
///
/// It changes how sure a model is, and never which class it predicts.
public struct TemperatureScaling: Sendable, Hashable {
  /// The temperatures that a fit can give.
  public static let limits: ClosedRange<Double> = 0.01...100

  /// The divisor of the logits; above 1 for a model that is too sure.
  public let temperature: Double

  /// The scaling by a temperature.
  ///
  /// - Precondition: It is positive and finite.
  public init(temperature: Double) {
    precondition(temperature > 0 && temperature.isFinite, "a temperature of \(temperature)")
    self.temperature = temperature
  }

  /// Whether a fit ended at a limit: all samples are classified right (the lowest), or the logits
  /// say nothing of the labels (the highest).
  public var isAtLimit: Bool {
    temperature <= Self.limits.lowerBound || temperature >= Self.limits.upperBound
  }

  /// Fits the temperature with the smallest mean negative log-likelihood of the labels.
  ///
  /// The likelihood is convex in the inverse of the temperature, where its derivative is found to be
  /// 0 by Newton's method within a bracket that bisection keeps.
  ///
  /// - Precondition: There is at least one row, each with one finite logit per class, and one label
  ///   per row that is the index of a class.
  public init(fitting logits: [[Double]], labels: [Int]) {
    precondition(!logits.isEmpty && logits.count == labels.count, "one label per row")
    var (low, high) = (1 / Self.limits.upperBound, 1 / Self.limits.lowerBound)
    if Self.derivatives(logits, labels, at: low).first >= 0 {
      self.init(temperature: Self.limits.upperBound)
      return
    }
    if Self.derivatives(logits, labels, at: high).first <= 0 {
      self.init(temperature: Self.limits.lowerBound)
      return
    }
    var inverse = 1.0
    for _ in 0..<200 {
      let (first, second) = Self.derivatives(logits, labels, at: inverse)
      if first > 0 { high = inverse } else { low = inverse }
      var next = second > 0 ? inverse - first / second : low
      if !(next > low && next < high) { next = (low + high) / 2 }
      let step = abs(next - inverse)
      inverse = next
      if step <= 1e-15 * inverse { break }
    }
    self.init(temperature: 1 / inverse)
  }

  /// The logarithms of the probabilities at this temperature.
  public func logProbabilities(_ logits: [Double]) -> [Double] {
    LogSoftmax.values(logits.map { $0 / temperature })
  }

  /// The first two derivatives of the negative log-likelihood with respect to the inverse
  /// temperature: sums of the mean logit minus that of the label, and of the variance.
  private static func derivatives(
    _ logits: [[Double]], _ labels: [Int], at inverse: Double
  ) -> (first: Double, second: Double) {
    var (first, second) = (0.0, 0.0)
    for (row, label) in zip(logits, labels) {
      let shares = LogSoftmax.values(row.map { $0 * inverse }).map { exp($0) }
      let mean = zip(shares, row).reduce(0) { $0 + $1.0 * $1.1 }
      first += mean - row[label]
      second += zip(shares, row).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    }
    return (first, second)
  }
}
