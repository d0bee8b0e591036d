/// The headers before the pixels of a BMP, validated against the file's length.
struct BMPHeader {
  let width: Int
  let height: Int
  /// Whether rows start at the top, which a negative height in the header means.
  let topDown: Bool
  /// 1, 4, 8, 16, 24 or 32.
  let bits: Int
  /// The offset of the pixels, from the file header.
  let offset: Int
  /// Bytes per row, padded to a multiple of four.
  let stride: Int
  /// RGB triples; empty for more than 8 bits per pixel.
  let palette: [UInt8]
  /// The bits of red, green and blue in a pixel of 16, 24 or 32 bits.
  let masks: [Mask]
  /// Whether palette indices are run-length coded.
  let hasRuns: Bool

  /// The bits of a pixel that hold one colour.
  struct Mask: Hashable {
    let shift: Int
    let most: Int

    /// Creates a mask; `nil` if it is zero or has holes.
    init?(_ value: Int) {
      shift = value == 0 ? 0 : value.trailingZeroBitCount
      most = value >> shift
      guard value > 0, most & (most + 1) == 0 else { return nil }
    }

    /// The colour in a pixel, scaled to 8 bits and rounded.
    @inline(__always)
    func value(in pixel: Int) -> UInt8 {
      let value = pixel >> shift & most
      return UInt8(truncatingIfNeeded: most == 255 ? value : (value * 255 + most / 2) / most)
    }
  }

  /// Reads the 14 bytes of BITMAPFILEHEADER and an information header of any known length.
  init(_ bytes: [UInt8]) throws(ImageError) {
    guard ImageFormat.bmp.begins(bytes) else {
      throw ImageError("not a BMP file")
    }
    offset = try bytes.number(at: 10, width: 4)
    let length = try bytes.number(at: 14, width: 4)
    guard [12, 16, 40, 52, 56, 64, 108, 124].contains(length) else {
      throw ImageError("the BMP has an information header of \(length) bytes, which is unknown")
    }
    let old = length == 12
    width = old ? try bytes.number(at: 18, width: 2) : try bytes.signedNumber(at: 18)
    let rows = old ? try bytes.number(at: 20, width: 2) : try bytes.signedNumber(at: 22)
    (height, topDown) = (abs(rows), rows < 0)
    bits = try bytes.number(at: old ? 24 : 28, width: 2)
    let compression = length < 40 ? 0 : try bytes.number(at: 30, width: 4)
    guard [1, 4, 8, 16, 24, 32].contains(bits) else {
      throw ImageError("the BMP has \(bits) bits per pixel; 1, 4, 8, 16, 24 and 32 are supported")
    }
    hasRuns = compression == 1 && bits == 8 || compression == 2 && bits == 4
    let masked = [3, 6].contains(compression) && (bits == 16 || bits == 32) && length != 64
    guard compression == 0 || masked || hasRuns && !topDown else {
      throw ImageError(
        "the BMP is compressed by \(Self.method(compression, length)); save it uncompressed")
    }
    // Runs can skip whole rows, so a few bytes can encode a whole image.
    try ImageCodec.check(
      "BMP", width: width, height: height, bytes: bytes.count, pixelsPerByte: hasRuns ? 16_384 : 8)
    stride = (width * bits + 31) / 32 * 4
    let tables = 14 + length
    guard offset >= tables, offset < bytes.count, hasRuns || bytes.count - offset >= stride * height
    else {
      throw ImageError(
        "the BMP is truncated or its header is wrong: \(width) x \(height) pixels of \(bits) bits from "
          + "byte \(offset) need \(offset + stride * height) bytes, the file has \(bytes.count)")
    }
    masks = bits > 8 ? try Self.masks(bytes, bits: bits, areGiven: masked) : []
    let used = length < 40 || bits > 8 ? 0 : try bytes.number(at: 46, width: 4)
    palette = bits > 8 ? [] : try Self.palette(bytes, at: tables, bits: bits, used: used, old: old)
  }

  /// The name of a compression method, for the error message.
  private static func method(_ compression: Int, _ length: Int) -> String {
    switch (compression, length) {
    case (1, _), (2, _): "an unsupported run-length form"
    case (3, 64): "Huffman codes"
    case (4, 64): "runs of 24 bits"
    case (4, _): "JPEG"
    case (5, _): "PNG"
    default: "method \(compression), which is unknown"
    }
  }

  /// Reads the palette after the header: blue, green, red and, except in the oldest kind, padding.
  private static func palette(
    _ bytes: [UInt8], at start: Int, bits: Int, used: Int, old: Bool
  ) throws(ImageError) -> [UInt8] {
    let colours = used == 0 ? 1 << bits : min(used, 1 << bits)
    let step = old ? 3 : 4
    guard bytes.count - start >= colours * step else {
      throw ImageError("the BMP is cut short: it ends inside its palette")
    }
    return (0..<colours).flatMap { colour in
      (0..<3).map { bytes[start + colour * step + 2 - $0] }
    }
  }

  /// The colour masks: those after the 40 bytes that all headers share, or the usual ones.
  private static func masks(
    _ bytes: [UInt8], bits: Int, areGiven: Bool
  ) throws(ImageError) -> [Mask] {
    let usual = bits == 16 ? [0x7C00, 0x3E0, 0x1F] : [0xFF_0000, 0xFF00, 0xFF]
    var masks: [Mask] = []
    for index in 0..<3 {
      let value = areGiven ? try bytes.number(at: 54 + 4 * index, width: 4) : usual[index]
      guard let mask = Mask(value), value >> bits == 0 else {
        throw ImageError(
          "the BMP is damaged: the colour mask \(String(value, radix: 16)) has holes")
      }
      masks.append(mask)
    }
    return masks
  }
}
