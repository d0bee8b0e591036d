/// Divides regions that touch at a narrow place, by the watershed of their distance to the outside.
///
/// Pixels are flooded from the largest distance down (Vincent and Soille 1991). Two basins that meet
/// are one region, unless the place is narrow for both: closer to the outside than `neck` times the
/// lower of their peaks. The pixels where two regions meet belong to neither.
enum Watershed {
  /// The greatest distance at a place between two regions, relative to the lower of their peaks.
  static let neck = 0.7

  /// The mask without the lines that divide its regions.
  static func divided(_ mask: [Bool], _ width: Int, _ height: Int) -> [Bool] {
    let squares = squaredDistances(mask, width, height)
    let order = mask.indices.filter { mask[$0] }
      .sorted { (squares[$1], $0) < (squares[$0], $1) }
    var basins = DisjointSets(count: mask.count)
    /// Whether a pixel is flooded, and lies on no line.
    var isFlooded = [Bool](repeating: false, count: mask.count)
    /// The squared distance at the peak of the basin with a first pixel.
    var peaks = squares
    for pixel in order {
      var roots: [Int] = []
      forEachNeighbour(pixel, width, height) { other in
        guard isFlooded[other] else { return }
        let root = basins.first(of: other)
        if !roots.contains(root) { roots.append(root) }
      }
      let lowest = roots.map { peaks[$0] }.min() ?? 0
      let isNarrow = Double(squares[pixel]) < neck * neck * Double(lowest)
      guard roots.count < 2 || !isNarrow else { continue }
      isFlooded[pixel] = true
      for root in roots {
        let peak = max(peaks[root], peaks[basins.first(of: pixel)])
        basins.join(root, pixel)
        peaks[basins.first(of: pixel)] = peak
      }
    }
    return isFlooded
  }

  /// The squared distance of each pixel to the nearest one outside the mask; beyond the image is
  /// inside, so that a region is not thinner at the border.
  static func squaredDistances(_ mask: [Bool], _ width: Int, _ height: Int) -> [Int] {
    // Further than any distance, and safe to add to a square.
    let far = width + height
    // The distance along the column.
    var columns = [Int](repeating: far, count: mask.count)
    for x in 0..<width {
      for y in 0..<height {
        let at = y * width + x
        columns[at] = mask[at] ? min(far, (y > 0 ? columns[at - width] : far) + 1) : 0
      }
      for y in (0..<height - 1).reversed() {
        let at = y * width + x
        columns[at] = min(columns[at], columns[at + width] + 1)
      }
    }
    var squares = [Int](repeating: 0, count: mask.count)
    for y in 0..<height {
      for x in 0..<width where mask[y * width + x] {
        var least = columns[y * width + x] * columns[y * width + x]
        var step = 1
        // Columns further away than the best distance cannot be nearer.
        while step * step < least, x - step >= 0 || x + step < width {
          for other in [x - step, x + step] where (0..<width).contains(other) {
            let down = columns[y * width + other]
            least = min(least, step * step + down * down)
          }
          step += 1
        }
        squares[y * width + x] = least
      }
    }
    return squares
  }

  private static func forEachNeighbour(
    _ pixel: Int, _ width: Int, _ height: Int, _ visit: (Int) -> Void
  ) {
    let (x, y) = (pixel % width, pixel / width)
    for row in max(y - 1, 0)...min(y + 1, height - 1) {
      for column in max(x - 1, 0)...min(x + 1, width - 1) where row != y || column != x {
        visit(row * width + column)
      }
    }
  }
}
