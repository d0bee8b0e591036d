internal import Foundation

/// The range of independent standard normal values: Tukey's studentised range with infinitely many
/// degrees of freedom.
///
/// Nemenyi's test compares mean ranks with it, whose variance is known.
public struct StudentisedRange: Sendable, Hashable {
  /// The number of values whose range it is.
  public let groups: Int

  /// The distribution of the range of some values.
  ///
  /// - Precondition: There are at least two.
  public init(groups: Int) {
    precondition(groups > 1, "the range of \(groups) values")
    self.groups = groups
  }

  /// The probability of a range above q; 1 for q of 0 or less.
  ///
  /// The integral of k phi(z) (Phi(z)^(k-1) - (Phi(z) - Phi(z - q))^(k-1)) over z (Tukey 1953), by
  /// the trapezoidal rule, whose error for such a function is below rounding. The relative error is
  /// below 1e-12 down to tails of 1e-100.
  public func upperTail(_ q: Double) -> Double {
    guard q > 0 else { return 1 }
    guard q.isFinite else { return 0 }
    let power = Double(groups - 1)
    let step = 1.0 / 32
    let count = Int(((q + 18) / step).rounded(.up))
    var sum = 0.0
    for index in 0...count {
      let z = -9 + Double(index) * step
      let below = Self.cumulative(z)
      guard below > 0 else { continue }
      // The share of the values below z that are also below z - q.
      let far = min(1, Self.cumulative(z - q) / below)
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      sum += density * exp(power * log(below)) * -expm1(power * log1p(-far))
    }
    return min(1, Double(groups) * sum * step)
  }

  /// The range above which a share of the distribution lies, with a relative error below 1e-12.
  ///
  /// - Precondition: The share is above 0 and below 1.
  public func upperQuantile(_ share: Double) -> Double {
    precondition(share > 0 && share < 1, "the quantile of \(share)")
    var (low, high) = (0.0, 4.0)
    while upperTail(high) > share { (low, high) = (high, high * 2) }
    // The secant of the logarithm of the tail, which is smooth, within a bracket.
    func excess(_ q: Double) -> Double { log(upperTail(q)) - log(share) }
    var (atLow, atHigh) = (excess(low), excess(high))
    for round in 0..<200 where high - low > 1e-14 * high {
      var next = low + (high - low) * atLow / (atLow - atHigh)
      if round % 3 == 2 || !(next > low && next < high) { next = (low + high) / 2 }
      let value = excess(next)
      if value == 0 { return next }
      if value > 0 { (low, atLow) = (next, value) } else { (high, atHigh) = (next, value) }
    }
    return (low + high) / 2
  }

  private static func cumulative(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
}
