/// What the tags of a TIFF say about its pixels, checked.
struct TIFFLayout {
  /// What samples mean.
  enum Colours: Hashable {
    case whiteIsZero, blackIsZero, palette, rgb, cmyk
  }

  let width: Int
  let height: Int
  /// 1, 2, 4, 8 or 16.
  let bits: Int
  /// Samples a pixel, alpha and others among them.
  let samples: Int
  let colours: Colours
  /// Whether each sample has strips or tiles of its own.
  let isPlanar: Bool
  let hasAssociatedAlpha: Bool
  let orientation: Orientation
  /// Whether libtiff must convert: YCbCr whose colours have a lower resolution.
  let needsConversion: Bool
  /// Columns and rows of a strip or tile.
  let chunk: (width: Int, height: Int)
  /// The palette's red, green and blue, 16 bits each.
  let palette: [[UInt16]]
  /// Whether the palette was written with 8 bits, as some programs do.
  let paletteIsNarrow: Bool

  /// The layout of a file of `length` bytes.
  init(_ file: TIFFFile, length: Int) throws(ImageError) {
    (width, height) = (file.long(.width) ?? 0, file.long(.height) ?? 0)
    let compression = file.short(.compression) ?? 1
    try ImageCodec.check(
      "TIFF", width: width, height: height, bytes: length,
      pixelsPerByte: 8 * Self.expansion(compression))
    bits = file.short(.bits) ?? 1
    samples = file.short(.samples) ?? 1
    isPlanar = file.short(.planar) == 2 && samples > 1
    orientation = Orientation(rawValue: file.short(.orientation) ?? 1) ?? .upright
    hasAssociatedAlpha = file.hasAssociatedAlpha
    let photometric = file.short(.photometric) ?? 1
    let isJPEG = compression == 7
    let isYCbCr = photometric == 6
    if isJPEG, isYCbCr { file.convertJPEGToRGB() }
    needsConversion = isYCbCr && !isJPEG
    switch photometric {
    case 0: colours = .whiteIsZero
    case 1: colours = .blackIsZero
    case 2, 6: colours = .rgb
    case 3: colours = .palette
    case 5 where file.short(.inkSet) ?? 1 == 1: colours = .cmyk
    default:
      throw ImageError(
        "the TIFF has colours of kind \(photometric); save it as RGB, grey or with a palette")
    }
    let format = file.short(.sampleFormat) ?? 1
    guard format == 1 || format == 4 else {
      throw ImageError(
        "the TIFF has \(format == 3 ? "floating-point" : "signed or complex") samples; save it with "
          + "8 or 16 bits a sample")
    }
    guard [1, 2, 4, 8, 16].contains(bits), colours != .palette || bits <= 8 else {
      throw ImageError("the TIFF has \(bits) bits a sample; 1, 2, 4, 8 and 16 are read")
    }
    let needed = [.rgb: 3, .cmyk: 4][colours] ?? 1
    guard samples >= needed, samples <= 64, bits >= 8 || samples == 1 else {
      throw ImageError(
        "the TIFF has \(samples) samples of \(bits) bits a pixel; \(needed) are needed")
    }
    if colours == .palette {
      guard let found = file.palette(1 << bits) else {
        throw ImageError("the TIFF has a palette's indices but no palette")
      }
      palette = found
    } else {
      palette = []
    }
    paletteIsNarrow = palette.allSatisfy { $0.allSatisfy { $0 < 256 } }
    if file.isTiled {
      chunk = (file.long(.tileWidth) ?? 0, file.long(.tileHeight) ?? 0)
    } else {
      chunk = (width, min(height, file.long(.rowsPerStrip) ?? height))
    }
    try check(file, most: length * Self.expansion(compression))
  }

  /// More bytes than one of the file can stand for.
  private static func expansion(_ compression: Int) -> Int {
    switch compression {
    case 1: 1
    // A string of LZW has at most 4096 bytes, and its code takes more than one.
    case 5: 4096
    // A block of 64 pixels takes at least one bit, in four channels at most.
    case 6, 7: 512 * 4
    // Deflate gives at most 1032 bytes for one, PackBits 64.
    case 8, 32946: 1032
    case 32773: 64
    // A fax row that is all white takes a bit.
    default: 1 << 14
    }
  }

  /// Refuses strips or tiles that make no sense, or that would take far more memory than the image.
  ///
  /// `most` are the bytes that the whole file can be decoded to.
  private func check(_ file: TIFFFile, most: Int) throws(ImageError) {
    let (bytes, row) = (file.chunkBytes, file.chunkRowBytes)
    let own = (chunk.width * bits * (isPlanar ? 1 : samples) + 7) / 8
    guard chunk.width > 0, chunk.height > 0, needsConversion || row >= own,
      bytes <= width * height * 8 + 16 << 20, bytes > 0, bytes <= most
    else {
      throw ImageError(
        "the TIFF is damaged: strips or tiles of \(chunk.width) x \(chunk.height) pixels for an image "
          + "of \(width) x \(height)")
    }
  }
}
