/// How much each pixel of an image matters to a class, in [0, 1].
struct Saliency: Sendable, Hashable {
  /// The width in pixels.
  let width: Int
  /// The height in pixels.
  let height: Int
  /// One value per pixel, rows from the top.
  let values: [Float]

  /// Creates a map of values divided by their maximum, or 0 if negative; all 0 if none is positive.
  ///
  /// The minimum is not subtracted, so that a map that is positive everywhere stays so.
  init(width: Int, height: Int, values: [Float]) {
    precondition(values.count == width * height, "values do not fill the map")
    let highest = values.max() ?? 0
    (self.width, self.height) = (width, height)
    self.values = highest > 0 ? values.map { max($0, 0) / highest } : values.map { _ in 0 }
  }

  /// Whether the map is zero everywhere.
  var isFlat: Bool { !values.contains { $0 > 0 } }

  /// Enlarges a map as `enlarged` does, and normalises it.
  static func upsampled(
    _ map: [Float], width: Int, height: Int, toWidth: Int, toHeight: Int
  ) -> Saliency {
    Saliency(
      width: toWidth, height: toHeight,
      values: enlarged(map, width: width, height: height, toWidth: toWidth, toHeight: toHeight))
  }

  /// Enlarges a map, bilinearly between pixel centres, with the border repeated.
  ///
  /// Grad-CAM maps have the size of the last convolution. PyTorch's `interpolate` without aligned
  /// corners and OpenCV's `resize` enlarge in the same way.
  static func enlarged(
    _ map: [Float], width: Int, height: Int, toWidth: Int, toHeight: Int
  ) -> [Float] {
    precondition(map.count == width * height && width > 0 && height > 0)
    let columns = taps(from: width, to: toWidth)
    let rows = taps(from: height, to: toHeight)
    var values: [Float] = []
    values.reserveCapacity(toWidth * toHeight)
    for row in rows {
      let (upper, lower) = (row.low * width, row.high * width)
      for column in columns {
        let above =
          map[upper + column.low] * (1 - column.share) + map[upper + column.high] * column.share
        let below =
          map[lower + column.low] * (1 - column.share) + map[lower + column.high] * column.share
        values.append(above * (1 - row.share) + below * row.share)
      }
    }
    return values
  }

  private static func taps(from: Int, to: Int) -> [(low: Int, high: Int, share: Float)] {
    (0..<to).map { position in
      let source = max((Float(position) + 0.5) * Float(from) / Float(to) - 0.5, 0)
      let low = min(Int(source), from - 1)
      return (low, min(low + 1, from - 1), source - Float(low))
    }
  }
}
