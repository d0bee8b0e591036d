/// Leaves out the points of a path that nobody can see (Ramer 1972; Douglas and Peucker 1973).
enum PathSimplification {
  /// The largest distance, in units of a drawing, between the path and what is kept of it.
  static let tolerance = 0.2

  /// The indices of the points that are kept, in order; the ends are among them.
  static func kept(_ points: [(x: Double, y: Double)]) -> [Int] {
    guard points.count > 2 else { return Array(points.indices) }
    var isKept = [Bool](repeating: false, count: points.count)
    (isKept[0], isKept[points.count - 1]) = (true, true)
    var stack = [(0, points.count - 1)]
    while let (first, last) = stack.popLast() {
      let (far, distance) = farthest(points, first, last)
      guard distance > tolerance else { continue }
      isKept[far] = true
      stack += [(first, far), (far, last)]
    }
    return points.indices.filter { isKept[$0] }
  }

  /// The point between two others that is farthest from the line through them, and its distance.
  private static func farthest(
    _ points: [(x: Double, y: Double)], _ first: Int, _ last: Int
  ) -> (index: Int, distance: Double) {
    let (a, b) = (points[first], points[last])
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = (dx * dx + dy * dy).squareRoot()
    var (index, distance) = (first, 0.0)
    for place in first + 1..<max(last, first + 1) {
      let (x, y) = (points[place].x - a.x, points[place].y - a.y)
      let away = length > 0 ? abs(dx * y - dy * x) / length : (x * x + y * y).squareRoot()
      if away > distance { (index, distance) = (place, away) }
    }
    return (index, distance)
  }
}
