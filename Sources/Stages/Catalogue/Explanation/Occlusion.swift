internal import Imaging

/// Occlusion sensitivity (Zeiler and Fergus 2014, section 4.2).
///
/// A window in the image's mean colour is laid over one place after another; what the probability of a
/// class loses tells how much it rests on that place.
struct Occlusion: Sendable {
  /// The edges of the window, as a share of the image's.
  var window = 0.25
  /// How far the window moves, as a share of the image's edges.
  var stride = 0.125

  /// What the class loses, place by place.
  struct Losses: Sendable, Hashable {
    /// Places across.
    var columns: Int
    /// Places down.
    var rows: Int
    /// The probability of the whole image less that of the occluded one, rows from the top; negative
    /// where the class gains.
    var values: [Float]
  }

  /// The window at each of the fewest places, evenly over an edge, that are no further apart than the
  /// stride; cut off at the ends of the edge.
  func spans(of length: Int) -> [Range<Int>] {
    // Rounded up, so that windows as long as the stride leave no gap; less what Double leaves over.
    let count = min(length, Int((1 / stride - 1e-9).rounded(.up)))
    let size = Int((window * Double(length) - 1e-9).rounded(.up))
    return (0..<count).map { place in
      let centre = (Double(place) + 0.5) * Double(length) / Double(count)
      let start = Int((centre - Double(size) / 2).rounded(.down))
      return max(0, start)..<min(length, start + size)
    }
  }

  /// Occludes an image; `classify` gives one probability a class for each image and sees 32 at a time.
  func losses(
    of image: Image, class index: Int, classify: ([Image]) throws -> [[Float]]
  ) throws -> Losses {
    let (columns, rows) = (spans(of: image.width), spans(of: image.height))
    let filling = image.evened
    let whole = try classify([image])[0][index]
    var values: [Float] = []
    let count = columns.count * rows.count
    for first in Swift.stride(from: 0, to: count, by: 32) {
      let batch = (first..<min(first + 32, count)).map { place in
        Self.cover(
          image, filling, columns[place % columns.count], rows[place / columns.count])
      }
      values += try classify(batch).map { whole - $0[index] }
    }
    return Losses(columns: columns.count, rows: rows.count, values: values)
  }

  private static func cover(
    _ image: Image, _ filling: Image, _ columns: Range<Int>, _ rows: Range<Int>
  ) -> Image {
    var covered = image
    for y in rows {
      let row = y * image.width
      let first = (row + columns.lowerBound) * image.channels
      for sample in first..<first + columns.count * image.channels {
        covered.pixels[sample] = filling.pixels[sample]
      }
    }
    return covered
  }
}
