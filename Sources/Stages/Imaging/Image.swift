/// An 8-bit image, rows from the top, channels interleaved.
public struct Image: Sendable, Hashable {
  /// Pixels per row, at least 1.
  public let width: Int
  /// Rows, at least 1.
  public let height: Int
  /// 1 (grey or mask) or 3 (RGB).
  public let channels: Int
  /// `height * width * channels` samples; pixel (x, y) starts at `(y * width + x) * channels`.
  public var pixels: [UInt8]

  /// An image of the given samples.
  ///
  /// - Precondition: the sizes are positive and `pixels` has `height * width * channels` samples.
  public init(width: Int, height: Int, channels: Int = 3, pixels: [UInt8]) {
    precondition(width > 0 && height > 0 && (channels == 1 || channels == 3))
    precondition(pixels.count == width * height * channels, "samples do not fill the image")
    (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
  }

  /// An image filled with one value.
  public init(width: Int, height: Int, channels: Int = 3, filledWith value: UInt8 = 0) {
    self.init(
      width: width, height: height, channels: channels,
      pixels: [UInt8](repeating: value, count: width * height * channels))
  }

  /// The sample of a channel at column `x` and row `y`.
  public subscript(x: Int, y: Int, channel: Int) -> UInt8 {
    get { pixels[(y * width + x) * channels + channel] }
    set { pixels[(y * width + x) * channels + channel] = newValue }
  }
}
