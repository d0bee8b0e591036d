internal import Imaging

/// Occlusion sensitivity (Zeiler and Fergus 2014, section 4.2).
///
/// A window of one colour, by default the image's mean, is placed at one position after another;
/// the drop in the probability of a class shows how much it depends on that position.
struct Occlusion: Sendable {
  /// The edges of the window, as a share of the image's.
  var window = 0.25
  /// The step of the window, as a share of the image's edges.
  var stride = 0.125
  /// The colour of the window.
  var hiding = Hiding.mean

  /// The drops in the class's probability, by window position.
  struct Losses: Sendable, Hashable {
    /// The number of positions across.
    var columns: Int
    /// The number of positions down.
    var rows: Int
    /// The probability for the whole image minus that for the occluded one, rows from the top;
    /// negative where the probability rises.
    var values: [Float]
  }

  /// The window at each of the fewest positions, evenly spaced over an edge, that are no further
  /// apart than the stride; clipped at the ends of the edge.
  func spans(of length: Int) -> [Range<Int>] {
    // Rounded up, so that windows as long as the stride leave no gap; 1e-9 absorbs rounding errors.
    let count = min(length, Int((1 / stride - 1e-9).rounded(.up)))
    let size = Int((window * Double(length) - 1e-9).rounded(.up))
    return (0..<count).map { place in
      let centre = (Double(place) + 0.5) * Double(length) / Double(count)
      let start = Int((centre - Double(size) / 2).rounded(.down))
      return max(0, start)..<min(length, start + size)
    }
  }

  /// Occludes an image; `classify` returns one probability per class for each of at most 32 images.
  func losses(
    of image: Image, class index: Int, classify: ([Image]) throws -> [[Float]]
  ) throws -> Losses {
    let (columns, rows) = (spans(of: image.width), spans(of: image.height))
    let filling = hiding.plain(like: image) ?? image.evened
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
