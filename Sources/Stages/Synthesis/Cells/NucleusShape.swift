internal import Foundation

/// A nucleus as a field: inside, about the depth in micrometres; outside, negative.
struct NucleusShape: Sendable {
  private struct Thread {
    var ax, ay, bx, by: Float
    var radiusA, radiusB: Float
  }

  private var bodies: [Outline] = []
  private var threads: [Thread] = []
  private var bays: [SIMD3<Float>] = []
  private let warp: Texture
  private let warpSize: Float
  /// The centre of the pale court: at the bay, or inside the bend.
  private(set) var court: SIMD2<Float>
  /// The middle of the nucleus.
  private(set) var middle: SIMD2<Float>

  /// The nucleus of a form in a cell with the given centre.
  init(_ form: CellForm, cell: Outline, random: inout CounterRandom) {
    warp = Texture(&random)
    middle = SIMD2(cell.x, cell.y)
    court = middle
    switch form.nucleus {
    case .body(let fraction, let eccentricity, let indent, let folds):
      warpSize = 0.12 + 2 * folds
      addBody(
        form, fraction: fraction, eccentricity: eccentricity, indent: indent, folds: folds,
        random: &random)
    case .rod(let fraction, let span):
      warpSize = 0.45
      addRod(form.radius, fraction: fraction, span: span, random: &random)
    case .lobes(let count, let fraction):
      warpSize = 0.4
      addLobes(count, form.radius, fraction: fraction, random: &random)
    case .smear:
      warpSize = 1.5
      bodies = [cell]
    }
  }

  private mutating func addBody(
    _ form: CellForm, fraction: Float, eccentricity: Float, indent: Float, folds: Float,
    random: inout CounterRandom
  ) {
    // A bay removes area; the body grows so that the fraction stays approximately true.
    let radius = form.radius * (fraction * (1 + 0.28 * indent)).squareRoot()
    let direction = random.angle()
    let shift = max(0, form.radius - radius) * eccentricity * 0.9
    middle += SIMD2(cos(direction), sin(direction)) * shift
    bodies = [
      Outline(
        x: middle.x, y: middle.y, radius: radius, elongation: random.uniform(1, 1.14),
        roughness: folds, random: &random)
    ]
    // The bay opens to the side where the cytoplasm is widest.
    let side = direction + .pi + 0.5 * random.bell()
    let away = SIMD2(cos(side), sin(side))
    court = middle + away * radius * 0.95
    if indent > 0.05 {
      // Shallow bays are wide, deep ones narrow.
      let bay = radius * (1.15 - 0.75 * indent) * random.uniform(0.8, 1.1)
      let centre = middle + away * (radius + bay - radius * indent)
      bays = [SIMD3(centre.x, centre.y, bay)]
    }
  }

  private mutating func addRod(
    _ radius: Float, fraction: Float, span: Float, random: inout CounterRandom
  ) {
    let bend = radius * (span > 3 ? 0.46 : 0.5)
    // Area of a rod of length l and half-width w: 2 w l + pi w^2.
    let length = span * bend
    let area = fraction * .pi * radius * radius
    let half = ((length * length + .pi * area).squareRoot() - length) / .pi
    let start = random.angle()
    // A short rod is on one side: its bend's centre moves to the other, so that it stays inside.
    let lean = span > 3 ? 0.08 * radius : 0.26 * radius
    let back = start + span / 2
    let centre = middle - SIMD2(cos(back), sin(back)) * lean
    let pieces = 6
    let points = (0...pieces).map { step -> (SIMD2<Float>, Float) in
      let part = Float(step) / Float(pieces)
      let angle = start + span * part
      let place = centre + SIMD2(cos(angle), sin(angle)) * bend
      // The ends are slightly thicker than the middle.
      let width = half * (0.86 + 0.28 * abs(part - 0.5) * 2 + 0.07 * random.bell())
      return (place, width)
    }
    for (a, b) in zip(points, points.dropFirst()) {
      threads.append(
        Thread(
          ax: a.0.x, ay: a.0.y, bx: b.0.x, by: b.0.y, radiusA: a.1, radiusB: b.1))
    }
    court = centre
  }

  private mutating func addLobes(
    _ count: Int, _ radius: Float, fraction: Float, random: inout CounterRandom
  ) {
    let lobe = radius * (fraction / Float(count)).squareRoot()
    let bend = min(radius * 0.97 - lobe, max(radius * 0.42, lobe * 1.1))
    // Neighbours are spaced slightly more than their width, on an arc around the centre.
    let gap = 2 * asin(min(0.95, lobe * random.uniform(1.02, 1.2) / bend))
    let start = random.angle()
    var places: [SIMD2<Float>] = []
    for index in 0..<count {
      let angle = start + gap * Float(index) + 0.2 * random.bell()
      let away = bend * random.uniform(0.7, 1.08)
      let place = middle + SIMD2(cos(angle), sin(angle)) * away
      bodies.append(
        Outline(
          x: place.x, y: place.y, radius: lobe * random.uniform(0.9, 1.1),
          elongation: random.uniform(1, 1.35), roughness: 0.06, random: &random))
      places.append(place)
    }
    for (a, b) in zip(places, places.dropFirst()) {
      let width = lobe * random.uniform(0.14, 0.42)
      threads.append(
        Thread(ax: a.x, ay: a.y, bx: b.x, by: b.y, radiusA: width, radiusB: width))
    }
  }

  /// The field at a position.
  @inline(__always)
  func depth(_ px: Float, _ py: Float) -> Float {
    // Distorting the coordinates gives irregular edges.
    let x = px + warpSize * warp.smooth(px * 0.45, py * 0.45)
    let y = py + warpSize * warp.smooth(px * 0.45 + 57, py * 0.45 + 23)
    var depth: Float = -9
    for body in bodies { depth = Self.join(depth, body.depth(x, y)) }
    for thread in threads { depth = Self.join(depth, Self.depth(of: thread, x, y)) }
    for bay in bays {
      let (dx, dy) = (x - bay.x, y - bay.y)
      let outside = (dx * dx + dy * dy).squareRoot() - bay.z
      depth = -Self.join(-depth, -outside, width: 1.2)
    }
    return depth
  }

  /// The larger of two depths, rounded where they meet (polynomial smooth maximum).
  @inline(__always)
  private static func join(_ a: Float, _ b: Float, width: Float = 0.5) -> Float {
    let overlap = max(0, width - abs(a - b))
    return max(a, b) + overlap * overlap / (4 * width)
  }

  @inline(__always)
  private static func depth(of thread: Thread, _ x: Float, _ y: Float) -> Float {
    let (ex, ey) = (thread.bx - thread.ax, thread.by - thread.ay)
    let (dx, dy) = (x - thread.ax, y - thread.ay)
    let part = max(0, min(1, (dx * ex + dy * ey) / max(1e-6, ex * ex + ey * ey)))
    let (fx, fy) = (dx - part * ex, dy - part * ey)
    let radius = thread.radiusA * (1 - part) + thread.radiusB * part
    return radius - (fx * fx + fy * fy).squareRoot()
  }
}
