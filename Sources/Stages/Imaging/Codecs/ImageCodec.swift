/// Reads an image file of any known format.
public enum ImageCodec {
  /// The maximum number of pixels: 100 million, four times the frame of a large microscope.
  static let mostPixels = 100_000_000

  /// The image of a file, always with three channels.
  ///
  /// Grey is expanded, alpha is dropped, palettes are resolved, 16-bit samples are scaled to 8
  /// bits, and the orientation is applied. The size is checked from the header before memory for
  /// pixels is allocated. Throws for an unknown format, and for files that are empty, cut short or
  /// damaged.
  public static func decode(_ bytes: [UInt8]) throws(ImageError) -> Image {
    switch try format(bytes) {
    case .bmp: try BMPCodec.decode(bytes)
    case .jpeg: try JPEGCodec.decode(bytes)
    case .png: try PNGCodec.decode(bytes)
    case .tiff: try TIFFCodec.decode(bytes)
    }
  }

  /// The size a file's header declares, without decoding its pixels.
  public static func size(_ bytes: [UInt8]) throws(ImageError) -> (width: Int, height: Int) {
    switch try format(bytes) {
    case .bmp: try BMPCodec.size(bytes)
    case .jpeg: try JPEGCodec.size(bytes)
    case .png: try PNGCodec.size(bytes)
    case .tiff: try TIFFCodec.size(bytes)
    }
  }

  private static func format(_ bytes: [UInt8]) throws(ImageError) -> ImageFormat {
    guard !bytes.isEmpty else { throw ImageError("the file is empty (0 bytes)") }
    guard let format = ImageFormat.detect(bytes) else {
      throw ImageError("not a BMP, JPEG, PNG or TIFF file")
    }
    return format
  }

  /// Rejects a size that is zero, or too large for this program or for the file's length.
  ///
  /// `pixelsPerByte` is an upper bound on the pixels that one byte of the format can encode, so
  /// that a short file with a large declared size allocates no memory.
  static func check(
    _ format: String, width: Int, height: Int, bytes: Int, pixelsPerByte: Int
  ) throws(ImageError) {
    guard width > 0, height > 0 else {
      throw ImageError("the \(format) header declares \(width) x \(height) pixels")
    }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= mostPixels else {
      throw ImageError(
        "the \(format) header declares \(width) x \(height) pixels, more than \(mostPixels)")
    }
    guard pixels / pixelsPerByte <= bytes else {
      throw ImageError(
        "the \(format) header declares \(width) x \(height) pixels, more than its \(bytes) bytes "
          + "can hold: the file is cut short or damaged")
    }
  }
}
