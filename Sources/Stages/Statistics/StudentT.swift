internal import Foundation

/// Student's t distribution (Student 1908).
public struct StudentT: Sendable, Hashable {
  /// The degrees of freedom.
  public let freedom: Double

  /// The distribution with some degrees of freedom.
  ///
  /// - Precondition: They are positive and finite.
  public init(freedom: Double) {
    precondition(freedom > 0 && freedom.isFinite, "\(freedom) degrees of freedom")
    self.freedom = freedom
  }

  /// The probability of a value above t.
  public func upperTail(_ t: Double) -> Double {
    t < 0 ? 1 - twoSided(t) / 2 : twoSided(t) / 2
  }

  /// The probability of a value at least as far from 0 as t: the p-value of a two-sided test.
  public func twoSided(_ t: Double) -> Double {
    let ratio = abs(t) / freedom.squareRoot()
    let square = ratio * ratio
    // Both shares to full precision, also where the square overflows.
    let outside = 1 / (1 + square)
    let inside = ratio > 1 ? 1 / (1 + 1 / square) : square / (1 + square)
    return IncompleteBeta.regularised(outside, complement: inside, freedom / 2, 0.5)
  }

  /// The value below which a share of the distribution lies.
  ///
  /// By Newton's method within a bracket that bisection keeps; the relative error is below 1e-12 for
  /// up to 10,000 degrees of freedom, and below 1e-9 for up to a million.
  ///
  /// - Precondition: The share is above 0 and below 1.
  public func quantile(_ share: Double) -> Double {
    precondition(share > 0 && share < 1, "the quantile of \(share)")
    guard share != 0.5 else { return 0 }
    let tail = min(share, 1 - share)
    var (low, high) = (0.0, 1.0)
    while upperTail(high) > tail { (low, high) = (high, high * 2) }
    var t = (low + high) / 2
    for _ in 0..<400 {
      let excess = upperTail(t) - tail
      if excess > 0 { low = t } else { high = t }
      var next = t + excess / density(t)
      if !(next > low && next < high) { next = (low + high) / 2 }
      let step = abs(next - t)
      t = next
      if step <= 1e-15 * t { break }
    }
    return share < 0.5 ? -t : t
  }

  /// The density at t.
  private func density(_ t: Double) -> Double {
    let exponent = -(freedom + 1) / 2 * log1p(t * t / freedom)
    return exp(exponent - IncompleteBeta.logBeta(freedom / 2, 0.5)) / freedom.squareRoot()
  }
}
