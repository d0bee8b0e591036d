/// The regions of a mask, connected by sides or corners, with a label on each of their pixels.
struct LabelledRegions {
  /// The outermost columns and rows of a region.
  struct Box: Hashable {
    var (left, right, top, bottom): (Int, Int, Int, Int)

    init(_ x: Int, _ y: Int) { (left, right, top, bottom) = (x, x, y, y) }

    mutating func add(_ x: Int, _ y: Int) {
      (left, right, top, bottom) = (min(left, x), max(right, x), min(top, y), max(bottom, y))
    }

    /// The box as a rectangle.
    var rectangle: Rectangle {
      Rectangle(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
    }
  }

  private let (width, height): (Int, Int)
  /// The region of each pixel, -1 outside.
  private(set) var labels: [Int32]
  /// The number of pixels of each region.
  private(set) var areas: [Int] = []
  /// The box around each region.
  private(set) var boxes: [Box] = []
  /// The pixels of each region that touch the outside, in any order.
  private var outlines: [[Int]] = []

  /// Labels the regions in the order of their first pixels.
  init(_ mask: [Bool], _ width: Int, _ height: Int) {
    (self.width, self.height) = (width, height)
    labels = [Int32](repeating: -1, count: mask.count)
    var open: [Int] = []
    for first in mask.indices where mask[first] && labels[first] < 0 {
      let label = Int32(areas.count)
      var (area, box, outline) = (0, Box(first % width, first / width), [Int]())
      labels[first] = label
      open.append(first)
      while let pixel = open.popLast() {
        area += 1
        box.add(pixel % width, pixel / width)
        var inside = 0
        Self.visitNeighbours(of: pixel, width, height) { other in
          guard mask[other] else { return }
          inside += 1
          guard labels[other] < 0 else { return }
          labels[other] = label
          open.append(other)
        }
        if inside < 8 { outline.append(pixel) }
      }
      areas.append(area)
      boxes.append(box)
      outlines.append(outline)
    }
  }

  /// Whether two regions have pixels at most `limit` apart.
  func isNear(_ one: Int, _ other: Int, within limit: Double) -> Bool {
    let (a, b) = (boxes[one], boxes[other])
    let across = max(0, max(a.left - b.right, b.left - a.right))
    let down = max(0, max(a.top - b.bottom, b.top - a.bottom))
    let most = Int(limit * limit)
    guard across * across + down * down <= most else { return false }
    return outlines[one].contains { left in
      outlines[other].contains { right in
        let (x, y) = (left % width - right % width, left / width - right / width)
        return x * x + y * y <= most
      }
    }
  }

  /// Keeps only the given regions; those in one list become one region, with the list's index.
  mutating func keep(_ lists: [[Int]]) {
    var places = [Int32](repeating: -1, count: areas.count)
    for (place, list) in lists.enumerated() {
      for region in list { places[region] = Int32(place) }
    }
    labels = labels.map { $0 < 0 ? -1 : places[Int($0)] }
    boxes = lists.map { list in
      list.dropFirst().reduce(into: boxes[list[0]]) { box, region in
        box.add(boxes[region].left, boxes[region].top)
        box.add(boxes[region].right, boxes[region].bottom)
      }
    }
    outlines = lists.map { list in list.flatMap { outlines[$0] } }
    areas = lists.map { list in list.reduce(0) { $0 + areas[$1] } }
  }

  /// Grows all regions through a mask, a pixel at a time, and their boxes with them.
  ///
  /// Each grows by `reach` times the side of a square of its area. Areas stay as they are.
  mutating func grow(through mask: [Bool], reach: Double) {
    let (width, height) = (self.width, self.height)
    let limit = Double(width + height)
    let steps = areas.map { Int(min(reach * Double($0).squareRoot(), limit * limit).rounded()) }
    var edge = outlines.flatMap { $0 }
    var step = 1
    while !edge.isEmpty {
      var next: [Int] = []
      for pixel in edge {
        let label = Int(labels[pixel])
        guard step <= steps[label] else { continue }
        Self.visitNeighbours(of: pixel, width, height) { other in
          guard mask[other], labels[other] < 0 else { return }
          labels[other] = Int32(label)
          boxes[label].add(other % width, other / width)
          next.append(other)
        }
      }
      edge = next
      step += 1
    }
  }

  @inline(__always)
  private static func visitNeighbours(
    of pixel: Int, _ width: Int, _ height: Int, _ visit: (Int) -> Void
  ) {
    let (x, y) = (pixel % width, pixel / width)
    for row in max(y - 1, 0)...min(y + 1, height - 1) {
      for column in max(x - 1, 0)...min(x + 1, width - 1) where row != y || column != x {
        visit(row * width + column)
      }
    }
  }
}
