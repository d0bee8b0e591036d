internal import Foundation

/// A sigmoid that turns decision values into probabilities: 1 / (1 + exp(slope x value + shift)).
struct PlattSigmoid: Sendable, Hashable, Codable {
  let slope: Double
  let shift: Double

  init(slope: Double, shift: Double) {
    self.slope = slope
    self.shift = shift
  }

  /// Fits it to decision values and whether each row is of the first class.
  ///
  /// Newton's method with backtracking (Lin, Lin and Weng, "A note on Platt's probabilistic
  /// outputs for support vector machines", Machine Learning 68, 2007).
  init(fitting values: [Double], isFirst: [Bool]) {
    let firsts = Double(isFirst.count { $0 })
    let others = Double(isFirst.count) - firsts
    let targets = isFirst.map { $0 ? (firsts + 1) / (firsts + 2) : 1 / (others + 2) }
    var (a, b) = (0.0, log((others + 1) / (firsts + 1)))
    var loss = Self.loss(values, targets, a, b)
    for _ in 0..<100 {
      let step = Self.newton(values, targets, a, b)
      if abs(step.gradient.a) < 1e-5, abs(step.gradient.b) < 1e-5 { break }
      let slope = step.gradient.a * step.a + step.gradient.b * step.b
      var size = 1.0
      while size >= 1e-10 {
        let (nextA, nextB) = (a + size * step.a, b + size * step.b)
        let next = Self.loss(values, targets, nextA, nextB)
        if next < loss + 0.0001 * size * slope {
          (a, b, loss) = (nextA, nextB, next)
          break
        }
        size /= 2
      }
      if size < 1e-10 { break }
    }
    (self.slope, shift) = (a, b)
  }

  /// The probability of the first class.
  func probability(_ value: Double) -> Double {
    let x = slope * value + shift
    return x >= 0 ? exp(-x) / (1 + exp(-x)) : 1 / (1 + exp(x))
  }

  private static func loss(_ values: [Double], _ targets: [Double], _ a: Double, _ b: Double)
    -> Double
  {
    var sum = 0.0
    for (value, target) in zip(values, targets) {
      let x = value * a + b
      sum += x >= 0 ? target * x + log1p(exp(-x)) : (target - 1) * x + log1p(exp(x))
    }
    return sum
  }

  /// The gradient and the Newton step, with a small multiple of the identity in the Hessian.
  private static func newton(_ values: [Double], _ targets: [Double], _ a: Double, _ b: Double)
    -> (gradient: (a: Double, b: Double), a: Double, b: Double)
  {
    var (aa, bb, ab) = (1e-12, 1e-12, 0.0)
    var (ga, gb) = (0.0, 0.0)
    let sigmoid = PlattSigmoid(slope: a, shift: b)
    for (value, target) in zip(values, targets) {
      let p = sigmoid.probability(value)
      let curvature = p * (1 - p)
      aa += value * value * curvature
      bb += curvature
      ab += value * curvature
      ga += value * (target - p)
      gb += target - p
    }
    let determinant = aa * bb - ab * ab
    return (
      (ga, gb), -(bb * ga - ab * gb) / determinant, -(aa * gb - ab * ga) / determinant
    )
  }
}
