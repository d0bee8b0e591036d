internal import Archives

/// Windows and OS/2 bitmaps with any header version.
///
/// Reads 1 to 32 bits per pixel, either row order, colour masks of any width, and run lengths.
public enum BMPCodec {
  /// The image of a BMP file, with three channels.
  ///
  /// The pixel offset is taken from the file header. Throws for a file that is cut short, a size
  /// that contradicts the file's length, a colour outside the palette, and other codings.
  public static func decode(_ bytes: [UInt8]) throws(ImageError) -> Image {
    let header = try BMPHeader(bytes)
    let (width, height) = (header.width, header.height)
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    if header.hasRuns {
      var runs = BMPRunLength(bytes, header)
      for (place, index) in try runs.decoded().enumerated() {
        guard 3 * Int(index) < header.palette.count else { throw outsidePalette }
        for channel in 0..<3 {
          pixels[3 * place + channel] = header.palette[3 * Int(index) + channel]
        }
      }
      return Image(width: width, height: height, pixels: pixels)
    }
    var outside = false
    bytes.withUnsafeBufferPointer { source in
      pixels.withUnsafeMutableBufferPointer { target in
        for y in 0..<height {
          let line = header.topDown ? y : height - 1 - y
          let from = UnsafeBufferPointer(
            rebasing: source[(header.offset + line * header.stride)...])
          let to = UnsafeMutableBufferPointer(rebasing: target[(y * width * 3)...])
          if header.bits > 8 {
            copy(from, header, into: to)
          } else if !look(up: from, header, into: to) {
            outside = true
          }
        }
      }
    }
    guard !outside else { throw outsidePalette }
    return Image(width: width, height: height, pixels: pixels)
  }

  private static let outsidePalette = ImageError(
    "the BMP is damaged: a pixel's colour is not in its palette")

  /// The size a BMP's header declares.
  public static func size(_ bytes: [UInt8]) throws(ImageError) -> (width: Int, height: Int) {
    let header = try BMPHeader(bytes)
    return (header.width, header.height)
  }

  /// A file with 24 bits per pixel and the 40-byte header; a grey image is written as RGB.
  ///
  /// Throws if the file would exceed the format's 4 GiB.
  public static func encode(_ image: Image) throws(ImageError) -> [UInt8] {
    let stride = (image.width * 3 + 3) / 4 * 4
    let (size, overflow) = stride.multipliedReportingOverflow(by: image.height)
    guard !overflow, size <= Int(UInt32.max) - 54, max(image.width, image.height) < 1 << 31 else {
      throw ImageError("an image of \(image.width) x \(image.height) is too large for BMP")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(54 + size)
    bytes += "BM".utf8
    for field in [54 + size, 0, 54, 40, image.width, image.height] {
      bytes.appendNumber(field, width: 4)
    }
    bytes.appendNumber(1, width: 2)
    bytes.appendNumber(24, width: 2)
    // 2835 pixels per metre are the usual 72 per inch.
    for field in [0, size, 2835, 2835, 0, 0] { bytes.appendNumber(field, width: 4) }
    for y in (0..<image.height).reversed() {
      for x in 0..<image.width {
        let at = (y * image.width + x) * image.channels
        for channel in [2, 1, 0] {
          bytes.append(image.pixels[at + min(channel, image.channels - 1)])
        }
      }
      for _ in image.width * 3..<stride { bytes.append(0) }
    }
    return bytes
  }

  private static func copy(
    _ from: UnsafeBufferPointer<UInt8>, _ header: BMPHeader,
    into to: UnsafeMutableBufferPointer<UInt8>
  ) {
    let step = header.bits / 8
    if step == 3 {
      for x in 0..<header.width {
        (to[3 * x], to[3 * x + 1], to[3 * x + 2]) = (from[3 * x + 2], from[3 * x + 1], from[3 * x])
      }
      return
    }
    let (red, green, blue) = (header.masks[0], header.masks[1], header.masks[2])
    for x in 0..<header.width {
      var pixel = 0
      for byte in 0..<step { pixel |= Int(from[step * x + byte]) << (8 * byte) }
      to[3 * x] = red.value(in: pixel)
      to[3 * x + 1] = green.value(in: pixel)
      to[3 * x + 2] = blue.value(in: pixel)
    }
  }

  /// Resolves a row of palette indices; returns `false` if one is outside the palette.
  private static func look(
    up from: UnsafeBufferPointer<UInt8>, _ header: BMPHeader,
    into to: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    let perByte = 8 / header.bits
    let mask = (1 << header.bits) - 1
    for x in 0..<header.width {
      // The leftmost pixel is in the highest bits.
      let shift = (perByte - 1 - x % perByte) * header.bits
      let colour = 3 * (Int(from[x / perByte]) >> shift & mask)
      guard colour < header.palette.count else { return false }
      for channel in 0..<3 { to[3 * x + channel] = header.palette[colour + channel] }
    }
    return true
  }
}
