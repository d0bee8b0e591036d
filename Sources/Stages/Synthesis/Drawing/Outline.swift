internal import Foundation

/// A closed curve around a point, given by its radius in each direction.
///
/// Directions are looked up by the diamond angle, which increases with the true angle but needs no
/// arc tangent.
struct Outline: Sendable {
  private static let steps = 128
  let x: Float
  let y: Float
  /// The largest radius in micrometres.
  let reach: Float
  private let radii: [Float]

  /// A wavy ellipse.
  ///
  /// The area stays about pi times `radius` squared. `elongation` is the ratio of the axes,
  /// `roughness` the relative amplitude of slow waves, `frill` that of fast ones.
  init(
    x: Float, y: Float, radius: Float, elongation: Float = 1, roughness: Float = 0,
    frill: Float = 0, random: inout CounterRandom
  ) {
    (self.x, self.y) = (x, y)
    let tilt = random.angle()
    let waves = (2...5).map { order in
      (Float(order), roughness * random.bell() / Float(order).squareRoot(), random.angle())
    }
    let ripples = (0..<3).map { _ in
      (Float(random.whole(9...17)), frill * random.uniform(0.3, 1), random.angle())
    }
    let stretch = elongation.squareRoot()
    var radii: [Float] = []
    for step in 0...Self.steps {
      let angle = Self.angle(ofDiamond: 4 * Float(step) / Float(Self.steps))
      let (c, s) = (cos(angle - tilt) / stretch, sin(angle - tilt) * stretch)
      var wave: Float = 1
      for (order, size, phase) in waves { wave += size * cos(order * angle + phase) }
      for (order, size, phase) in ripples { wave += size * cos(order * angle + phase) }
      radii.append(radius * max(0.3, wave) / (c * c + s * s).squareRoot())
    }
    radii[Self.steps] = radii[0]
    self.radii = radii
    reach = radii.reduce(0, max)
  }

  private static func angle(ofDiamond t: Float) -> Float {
    // The diamond |x| + |y| = 1, traversed counter-clockwise from (1, 0).
    let quadrant = min(3, Int(t))
    let along = t - Float(quadrant)
    let (x, y) = (1 - along, along)
    switch quadrant {
    case 0: return atan2(y, x)
    case 1: return atan2(x, -y)
    case 2: return atan2(-y, -x) + 2 * .pi
    default: return atan2(-x, y) + 2 * .pi
    }
  }

  /// How far inside the curve a point is, in micrometres along the ray; negative outside.
  @inline(__always)
  func depth(_ px: Float, _ py: Float) -> Float {
    let (dx, dy) = (px - x, py - y)
    let length = (dx * dx + dy * dy).squareRoot()
    return radius(dx, dy) - length
  }

  /// The distance from the centre relative to the radius in that direction: 0 at the centre, 1 on
  /// the curve.
  @inline(__always)
  func portion(_ px: Float, _ py: Float) -> Float {
    let (dx, dy) = (px - x, py - y)
    return (dx * dx + dy * dy).squareRoot() / radius(dx, dy)
  }

  @inline(__always)
  private func radius(_ dx: Float, _ dy: Float) -> Float {
    let sum = abs(dx) + abs(dy)
    guard sum > 1e-6 else { return radii[0] }
    let slant = dy / sum
    let diamond = dx < 0 ? 2 - slant : (dy < 0 ? 4 + slant : slant)
    let place = diamond * Float(Self.steps / 4)
    let index = min(Self.steps - 1, Int(place))
    let part = place - Float(index)
    return radii[index] * (1 - part) + radii[index + 1] * part
  }
}
