internal import Imaging

// Images. The decoded image, the image rotated by its orientation, and data that a library keeps,
// such as the coefficients of a progressive JPEG, take up to 16 bytes per pixel in total.
extension FuzzFormat {
  static let bmp = image("bmp", repair: { _ in }) { fixtures in
    try pictures(fixtures, "file/bmp-") + [try BMPCodec.encode(small)]
  }

  static let png = image("png", repair: repairPNG) { fixtures in
    try pictures(fixtures, "file/png-") + [try PNGCodec.encode(small)]
  }

  static let jpeg = image("jpeg", repair: { _ in }) { fixtures in
    try pictures(fixtures, "file/jpeg-") + [try JPEGCodec.encode(small)]
  }

  // libtiff's strip tables take up to what deflate could pack into the file, two at a time; a strip
  // or tile of each plane takes up to 8 bytes per pixel of the image, or what LZW can pack.
  static let tiff = image(
    "tiff", repair: { _ in }, allowance: (4 << 20, 1024 + 2 * 1032), declared: (48, 4 * 4096)
  ) { fixtures in
    try pictures(fixtures, "file/tiff-") + pictures(fixtures, "file/refused-")
  }

  private static let small = Image(
    width: 8, height: 8, pixels: (0..<192).map { UInt8(truncatingIfNeeded: $0 &* 29) })

  private static func image(
    _ name: String, repair: @escaping @Sendable (inout [UInt8]) -> Void,
    allowance: (fixed: Int, each: Int) = (1 << 20, 1024),
    declared: (picture: Int, each: Int) = (16, 0),
    seeds: @escaping @Sendable (String) throws -> [[UInt8]]
  ) -> FuzzFormat {
    FuzzFormat(
      name: name, seeds: seeds,
      tokens: [
        [0xFF, 0xC0], [0xFF, 0xC2], [0xFF, 0xC4], [0xFF, 0xD9], [0xFF, 0xDA], [0xFF, 0xE1],
      ] + texts(["IDAT", "PLTE", "IHDR", "IEND", "tRNS", "Exif\0\0", "II*\0", "MM\0*"]),
      share: 7, repair: repair, allowance: allowance,
      declared: { input in
        // If the header is accepted: a number of bytes per pixel.
        guard let (width, height) = try? ImageCodec.size(input) else { return 0 }
        // A JPEG consists of units of up to 32 x 32 pixels.
        let padded = ((width + 31) & ~31) * ((height + 31) & ~31)
        return (name == "jpeg" ? padded : width * height) * declared.picture + input.count
          * declared.each
      }
    ) { input, _ in
      let image: Image
      do { image = try ImageCodec.decode(input) } catch { return refused(error) }
      guard let size = try? ImageCodec.size(input), size == (image.width, image.height) else {
        throw FuzzError("the size in the header is not the image's")
      }
      return .taken("a picture")
    }
  }

  private static func pictures(_ fixtures: String, _ prefix: String) throws -> [[UInt8]] {
    try ["codecs", "formats"].flatMap {
      try Fixtures("\(fixtures)/ImagingTests/Fixtures/\($0).npz").files(prefix)
    }
  }
}
