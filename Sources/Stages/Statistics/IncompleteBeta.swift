internal import Foundation

/// The beta function and its regularised incomplete form, on which Student's t rests.
public enum IncompleteBeta {
  /// I_x(a, b): the share of the beta distribution with these shapes that lies below x.
  ///
  /// By the continued fraction of the beta integral (Press et al. 2007, section 6.4), evaluated where
  /// it converges fast.
  ///
  /// - Precondition: x is from 0 to 1, and both shapes are positive and finite.
  public static func regularised(_ x: Double, _ a: Double, _ b: Double) -> Double {
    precondition((0...1).contains(x), "x is \(x)")
    return regularised(x, complement: 1 - x, a, b)
  }

  /// I_x(a, b) for x and 1 - x, each given to full precision.
  static func regularised(
    _ x: Double, complement y: Double, _ a: Double, _ b: Double
  ) -> Double {
    precondition(a > 0 && b > 0 && a.isFinite && b.isFinite, "the shapes are \(a) and \(b)")
    guard x > 0 else { return 0 }
    guard y > 0 else { return 1 }
    // A logarithm near 0 comes from the small one of the two.
    let logX = y < 0.5 ? log1p(-y) : log(x)
    let logY = x < 0.5 ? log1p(-x) : log(y)
    let front = exp(a * logX + b * logY - logBeta(a, b))
    guard x >= (a + 1) / (a + b + 2) else { return front * fraction(x, a, b) / a }
    return 1 - front * fraction(y, b, a) / b
  }

  /// The natural logarithm of the beta function of two positive shapes.
  static func logBeta(_ a: Double, _ b: Double) -> Double {
    let (p, q) = (min(a, b), max(a, b))
    guard q >= 10 else { return logGamma(p) + logGamma(q) - logGamma(p + q) }
    // Stirling's series, so that large logarithms do not cancel (Didonato and Morris 1992).
    let share = p / (p + q)
    guard p >= 10 else {
      let correction = stirling(q) - stirling(p + q)
      return logGamma(p) + correction + p - p * log(p + q) + (q - 0.5) * log1p(-share)
    }
    let correction = stirling(p) + stirling(q) - stirling(p + q)
    let constant = log(2 * Double.pi) / 2
    return -0.5 * log(q) + constant + correction + (p - 0.5) * log(share) + q * log1p(-share)
  }

  /// What Stirling's formula leaves of log gamma, for x of at least 10.
  private static func stirling(_ x: Double) -> Double {
    let inverses: [Double] = [156, -360_360 / 691, 1188, -1680, 1260, -360, 12]
    let square = 1 / (x * x)
    return inverses.reduce(0) { $0 * square + 1 / $1 } / x
  }

  private static func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }

  /// The continued fraction, by the modified method of Lentz.
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / kept(1 - (a + b) * x / (a + 1))
    var result = d
    // About the square root of the larger shape: enough for shapes up to 1e9.
    for step in 1...100_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / kept(1 + even * d)
      c = kept(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / kept(1 + odd * d)
      c = kept(1 + odd / c)
      result *= d * c
      if abs(d * c - 1) < 4e-16 { break }
    }
    return result
  }
}
