internal import CPNG

/// PNG via libpng: the exact samples of the file, ignoring its gamma and colour profile.
public enum PNGCodec {
  /// The image of a PNG file.
  ///
  /// Any colour type, depth and interlacing is converted to 8 bits per sample and `channels`
  /// channels: 3, or 1 for masks, which throws for a file with colour. Alpha is dropped, 16-bit
  /// samples are scaled.
  public static func decode(
    _ bytes: [UInt8], channels: Int = 3
  ) throws(ImageError) -> Image {
    precondition(channels == 1 || channels == 3)
    let (width, height) = try size(bytes)
    var pixels = [UInt8](repeating: 0, count: width * height * channels)
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE))
    let status = cpng_decode(
      bytes, bytes.count, UInt32(width), UInt32(height), CInt(channels), &pixels, &message)
    guard status == 0 else { throw problem("decoded", message) }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
  }

  /// The size a PNG's header declares.
  public static func size(_ bytes: [UInt8]) throws(ImageError) -> (width: Int, height: Int) {
    guard ImageFormat.png.begins(bytes) else {
      throw ImageError("not a PNG file")
    }
    guard bytes.count >= 33 else {
      throw ImageError("the PNG is cut short: \(bytes.count) bytes end inside its header")
    }
    guard bytes[12..<16].elementsEqual("IHDR".utf8) else {
      throw ImageError("the PNG is damaged: its first chunk is not the header")
    }
    func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    let (width, height) = (number(16), number(20))
    // Deflate expands one byte to at most 1032, and a byte holds at most eight pixels.
    try ImageCodec.check(
      "PNG", width: width, height: height, bytes: bytes.count, pixelsPerByte: 1032 * 8)
    return (width, height)
  }

  /// A PNG with 8 bits per sample, grey or RGB like the image, with fixed compression settings.
  public static func encode(_ image: Image) throws(ImageError) -> [UInt8] {
    guard let width = UInt32(exactly: image.width), let height = UInt32(exactly: image.height)
    else {
      throw ImageError("an image of \(image.width) x \(image.height) is too large for PNG")
    }
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE))
    var start: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = cpng_encode(
      image.pixels, width, height, CInt(image.channels), &start, &count, &message)
    guard status == 0, let start else { throw problem("encoded", message) }
    defer { cpng_release(start) }
    return Array(UnsafeBufferPointer(start: start, count: count))
  }

  private static func problem(_ deed: String, _ message: [CChar]) -> ImageError {
    let text = String(
      decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return ImageError("the PNG cannot be \(deed): \(text)")
  }
}
