/// A rectangle of whole pixels: columns `x..<x + width`, rows `y..<y + height`.
public struct Rectangle: Sendable, Hashable {
  /// The leftmost column.
  public let x: Int
  /// The topmost row.
  public let y: Int
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int

  /// A rectangle.
  public init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }
}

extension Image {
  /// The part of the image inside a rectangle.
  ///
  /// - Precondition: the rectangle is not empty and lies inside the image.
  public func cropped(to part: Rectangle) -> Image {
    precondition(part.x >= 0 && part.y >= 0 && part.width > 0 && part.height > 0)
    precondition(part.x + part.width <= width && part.y + part.height <= height)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(part.width * part.height * channels)
    for y in part.y..<part.y + part.height {
      let start = (y * width + part.x) * channels
      pixels += self.pixels[start..<start + part.width * channels]
    }
    return Image(width: part.width, height: part.height, channels: channels, pixels: pixels)
  }
}
