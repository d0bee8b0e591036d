internal import Foundation

/// The regularised incomplete gamma function, on which the chi-squared distribution rests.
public enum IncompleteGamma {
  /// Q(a, x): the share of the gamma distribution with shape a and scale 1 that lies above x.
  ///
  /// By its series below a + 1 and by its continued fraction above (Press et al. 2007, section 6.2).
  ///
  /// - Precondition: The shape is positive and finite, and x is at least 0.
  public static func upper(_ a: Double, _ x: Double) -> Double {
    precondition(a > 0 && a.isFinite, "a shape of \(a)")
    precondition(x >= 0, "x is \(x)")
    guard x > 0 else { return 1 }
    guard x.isFinite else { return 0 }
    var sign: Int32 = 0
    let front = exp(a * log(x) - x - lgamma_r(a, &sign))
    return x < a + 1 ? 1 - front * series(a, x) : front * fraction(a, x)
  }

  private static func series(_ a: Double, _ x: Double) -> Double {
    var term = 1 / a
    var sum = term
    for step in 1...100_000 {
      term *= x / (a + Double(step))
      sum += term
      if term < sum * 1e-17 { break }
    }
    return sum
  }

  /// The continued fraction, by the modified method of Lentz.
  private static func fraction(_ a: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / kept(b)
    var result = d
    for step in 1...100_000 {
      let i = Double(step)
      let factor = -i * (i - a)
      b += 2
      d = 1 / kept(factor * d + b)
      c = kept(b + factor / c)
      result *= d * c
      if abs(d * c - 1) < 4e-16 { break }
    }
    return result
  }
}
