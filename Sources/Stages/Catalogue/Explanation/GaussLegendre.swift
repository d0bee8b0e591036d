internal import Foundation

/// Gauss-Legendre quadrature on [0, 1]: n points are exact for polynomials of degree below 2n.
struct GaussLegendre: Sendable {
  /// The points, ascending.
  let places: [Double]
  /// The weight of each point; they sum to 1.
  let weights: [Double]

  /// Creates the rule with `count` points.
  ///
  /// The points are the roots of the Legendre polynomial, found by Newton's method starting at
  /// cosines near them (Press et al. 2007, "Numerical Recipes", section 4.6).
  ///
  /// - Precondition: `count` is positive.
  init(_ count: Int) {
    precondition(count > 0, "a rule has a point")
    var points: [(place: Double, weight: Double)] = []
    for index in 0..<count {
      var root = -cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var derivative = 0.0
      // Converges quadratically from so near; the bound only guarantees termination.
      for _ in 0..<100 {
        let value: Double
        (value, derivative) = Self.legendre(count, root)
        let step = value / derivative
        root -= step
        if abs(step) < 1e-15 { break }
      }
      points.append(((1 + root) / 2, 1 / ((1 - root * root) * derivative * derivative)))
    }
    (places, weights) = (points.map(\.place), points.map(\.weight))
  }

  /// The Legendre polynomial of a degree and its derivative, by the three-term recurrence.
  private static func legendre(_ degree: Int, _ x: Double) -> (value: Double, derivative: Double) {
    var (previous, value) = (1.0, x)
    for step in 1..<max(degree, 1) {
      let k = Double(step)
      (previous, value) = (value, ((2 * k + 1) * x * value - k * previous) / (k + 1))
    }
    return (value, Double(degree) * (x * value - previous) / (x * x - 1))
  }
}
