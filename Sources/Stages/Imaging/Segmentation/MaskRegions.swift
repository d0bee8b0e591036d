/// A connected region of a mask.
struct MaskRegion: Hashable {
  /// Its first pixel in reading order, as `y * width + x`.
  let first: Int
  /// Its outermost columns and rows.
  var (left, right, top, bottom): (Int, Int, Int, Int)

  /// The number of pixels in its bounding box.
  var boxArea: Int { (right - left + 1) * (bottom - top + 1) }
}

/// Finds the regions of a mask: non-zero pixels connected by sides or corners.
///
/// Each row is split into runs, and runs that touch one in the row above are joined, so that the
/// cost grows with the number of edges in a mask and hardly with its number of pixels.
enum MaskRegions {
  /// All regions, in the order of their first pixels.
  ///
  /// - Precondition: the mask has one channel.
  static func find(_ mask: Image) -> [MaskRegion] {
    precondition(mask.channels == 1, "a mask has one channel")
    var runs: [(start: Int, end: Int, row: Int)] = []
    var joined: [(Int, Int)] = []
    var above = 0..<0
    mask.pixels.withUnsafeBytes { pixels in
      for y in 0..<mask.height {
        let first = runs.count
        appendRuns(pixels, y * mask.width, mask.width) { runs.append(($0, $1, y)) }
        // Both rows are sorted, so one pass finds all runs that touch.
        var upper = above.lowerBound
        for run in first..<runs.count {
          while upper < above.upperBound, runs[upper].end + 1 < runs[run].start { upper += 1 }
          var other = upper
          while other < above.upperBound, runs[other].start <= runs[run].end + 1 {
            joined.append((other, run))
            other += 1
          }
        }
        above = first..<runs.count
      }
    }
    var sets = DisjointSets(count: runs.count)
    for (one, other) in joined { sets.join(one, other) }
    var regions: [MaskRegion] = []
    var places = [Int](repeating: 0, count: runs.count)
    for (index, run) in runs.enumerated() {
      let root = sets.first(of: index)
      if root == index {
        places[index] = regions.count
        regions.append(
          MaskRegion(
            first: run.row * mask.width + run.start, left: run.start, right: run.end, top: run.row,
            bottom: run.row))
      } else {
        let place = places[root]
        regions[place].left = min(regions[place].left, run.start)
        regions[place].right = max(regions[place].right, run.end)
        regions[place].bottom = run.row
      }
    }
    return regions
  }

  private static let ones: UInt64 = 0x0101_0101_0101_0101

  /// Calls `found` with the first and last column of each run of non-zero bytes, eight at a time.
  @inline(__always)
  private static func appendRuns(
    _ pixels: UnsafeRawBufferPointer, _ row: Int, _ width: Int, _ found: (Int, Int) -> Void
  ) {
    var x = 0
    while true {
      while x + 8 <= width, pixels.loadUnaligned(fromByteOffset: row + x, as: UInt64.self) == 0 {
        x += 8
      }
      while x < width, pixels[row + x] == 0 { x += 1 }
      guard x < width else { return }
      let start = x
      while x + 8 <= width {
        let word = pixels.loadUnaligned(fromByteOffset: row + x, as: UInt64.self)
        // Non-zero if a byte of the word is 0.
        guard (word &- ones) & ~word & (ones << 7) == 0 else { break }
        x += 8
      }
      while x < width, pixels[row + x] != 0 { x += 1 }
      found(start, x - 1)
    }
  }
}
