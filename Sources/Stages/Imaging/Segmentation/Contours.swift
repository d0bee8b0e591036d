/// The outer contour of a connected region of a mask.
public struct Contour: Sendable, Hashable {
  /// The smallest rectangle around the region.
  public let boundingBox: Rectangle
  /// The pixels on and inside the contour: the region with its holes filled.
  public let area: Int
}

/// Connected regions of masks and their outer contours.
public enum Contours {
  /// The outer contours of all regions of at least an area, in the order of their first pixels.
  ///
  /// Regions are non-zero pixels connected by sides or corners. The area includes holes and
  /// whatever lies in them, like OpenCV's `contourArea` of an external contour; it counts whole
  /// pixels, whereas OpenCV's polygon runs through the centres of the outermost ones.
  ///
  /// - Precondition: the mask has one channel.
  public static func all(in mask: Image, atLeast area: Double) -> [Contour] {
    MaskRegions.find(mask).filter { Double($0.boxArea) >= area }
      .map { trace(mask, from: $0.first) }.filter { Double($0.area) >= area }
  }

  /// The eight steps to a neighbour, clockwise from the right; y points down.
  private static let steps = [
    (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1),
  ]

  /// Traces the outer border clockwise from a region's first pixel (Moore-neighbour tracing).
  ///
  /// The area follows from Pick's theorem: twice the polygon's area through the pixel centres, plus
  /// the steps taken, plus two, is twice the number of pixels on and inside the border.
  private static func trace(_ mask: Image, from start: Int) -> Contour {
    let (startX, startY) = (start % mask.width, start / mask.width)
    var (x, y, direction) = (startX, startY, 0)
    var (left, right, bottom) = (startX, startX, startY)
    var (doubled, taken) = (0, 0)
    var first: Int?
    func isInside(_ x: Int, _ y: Int) -> Bool {
      x >= 0 && y >= 0 && x < mask.width && y < mask.height && mask.pixels[y * mask.width + x] != 0
    }
    while true {
      // The neighbour tested just before this pixel was found lies outside: continue from there.
      let from = direction + (direction % 2 == 0 ? 6 : 5)
      let next = (from..<from + 8).first { turn in
        let step = steps[turn % 8]
        return isInside(x + step.0, y + step.1)
      }
      guard let next else { break }
      direction = next % 8
      if x == startX, y == startY {
        if direction == first { break }
        first = first ?? direction
      }
      let step = steps[direction]
      doubled += x * step.1 - y * step.0
      taken += 1
      (x, y) = (x + step.0, y + step.1)
      (left, right, bottom) = (min(left, x), max(right, x), max(bottom, y))
    }
    let box = Rectangle(
      x: left, y: startY, width: right - left + 1, height: bottom - startY + 1)
    return Contour(boundingBox: box, area: (doubled + taken + 2) / 2)
  }
}
