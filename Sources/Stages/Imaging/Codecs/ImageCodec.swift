/// Reads an image file of any known format.
public enum ImageCodec {
  /// The most pixels an image may have: 100 million, four times a large microscope's frame.
  static let mostPixels = 100_000_000

  /// The image of a file, always with three channels.
  ///
  /// Grey is expanded, alpha dropped, a palette resolved, 16 bits a sample scaled to 8, and the picture
  /// turned as its orientation says. The size is
  /// checked from the header before any memory is taken for pixels. Throws for an unknown format,
  /// and for files that are empty, cut short or damaged.
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
      throw ImageError("the file is no BMP, JPEG, PNG or TIFF")
    }
    return format
  }

  /// Refuses a size that is nothing, or too much for this program or for the file's length.
  ///
  /// `pixelsPerByte` is more than a byte of the format can stand for, so that a short file with a
  /// large header takes no memory.
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
