/// The layout of a TIFF's pixels, validated from its tags.
struct TIFFLayout {
  /// The meaning of the samples.
  enum Colours: Hashable {
    case whiteIsZero, blackIsZero, palette, rgb, cmyk
  }

  let width: Int
  let height: Int
  /// 1, 2, 4, 8 or 16.
  let bits: Int
  /// Samples per pixel, including alpha and others.
  let samples: Int
  let colours: Colours
  /// Whether each sample has strips or tiles of its own.
  let isPlanar: Bool
  let hasAssociatedAlpha: Bool
  let orientation: Orientation
  /// Whether libtiff must convert: YCbCr outside JPEG, whose chroma may be subsampled.
  let needsConversion: Bool
  /// Columns and rows of a strip or tile.
  let chunk: (width: Int, height: Int)
  /// The palette's red, green and blue, 16 bits each.
  let palette: [[UInt16]]
  /// Whether the palette was written with 8-bit values, as some programs do.
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
          + "8 or 16 bits per sample")
    }
    guard [1, 2, 4, 8, 16].contains(bits), colours != .palette || bits <= 8 else {
      throw ImageError("the TIFF has \(bits) bits per sample; 1, 2, 4, 8 and 16 are supported")
    }
    let needed = [.rgb: 3, .cmyk: 4][colours] ?? 1
    guard samples >= needed, samples <= 64, bits >= 8 || samples == 1 else {
      throw ImageError(
        "the TIFF has \(samples) samples of \(bits) bits per pixel; \(needed) are needed")
    }
    if colours == .palette {
      guard let found = file.palette(1 << bits) else {
        throw ImageError("the TIFF has palette indices but no palette")
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

  /// An upper bound on the bytes that one byte of the file can decode to.
  private static func expansion(_ compression: Int) -> Int {
    switch compression {
    case 1: 1
    // An LZW string has at most 4096 bytes, and its code takes more than one.
    case 5: 4096
    // A block of 64 pixels takes at least one bit, in at most four channels.
    case 6, 7: 512 * 4
    // Deflate expands one byte to at most 1032, PackBits to 64.
    case 8, 32946: 1032
    case 32773: 64
    // An all-white fax row takes one bit.
    default: 1 << 14
    }
  }

  /// Rejects strips or tiles that make no sense, or that take far more memory than the image.
  ///
  /// `most` is the maximum number of bytes that the whole file can decode to.
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
