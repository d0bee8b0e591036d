internal import Foundation

/// Gauss-Legendre quadrature on [0, 1]: exact for polynomials of degree below twice the points.
struct GaussLegendre: Sendable {
  /// Where to look, ascending.
  let places: [Double]
  /// What each place counts; they add up to 1.
  let weights: [Double]

  /// The rule of some points.
  ///
  /// The points are the roots of the Legendre polynomial, found by Newton's method from the cosines
  /// that lie near them (Press et al. 2007, "Numerical Recipes", section 4.6).
  ///
  /// - Precondition: there is a point.
  init(_ count: Int) {
    precondition(count > 0, "a rule has a point")
    var points: [(place: Double, weight: Double)] = []
    for index in 0..<count {
      var root = -cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 0.0
      // Converges quadratically from so near; the bound only makes the end certain.
      for _ in 0..<100 {
        let value: Double
        (value, slope) = Self.legendre(count, root)
        let step = value / slope
        root -= step
        if abs(step) < 1e-15 { break }
      }
      points.append(((1 + root) / 2, 1 / ((1 - root * root) * slope * slope)))
    }
    (places, weights) = (points.map(\.place), points.map(\.weight))
  }

  /// The Legendre polynomial of a degree and its slope, by the three-term recurrence.
  private static func legendre(_ degree: Int, _ x: Double) -> (value: Double, slope: Double) {
    var (previous, value) = (1.0, x)
    for step in 1..<max(degree, 1) {
      let k = Double(step)
      (previous, value) = (value, ((2 * k + 1) * x * value - k * previous) / (k + 1))
    }
    return (value, Double(degree) * (x * value - previous) / (x * x - 1))
  }
}
