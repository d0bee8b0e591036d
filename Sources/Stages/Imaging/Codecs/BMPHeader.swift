/// What the headers in front of a BMP's pixels say, checked against the file's length.
struct BMPHeader {
  let width: Int
  let height: Int
  /// Rows run from the top where the header's height is negative.
  let topDown: Bool
  /// 1, 4, 8, 24 or 32.
  let bits: Int
  /// Where the pixels begin, as the file header has it.
  let offset: Int
  /// Bytes a row, padded to four.
  let stride: Int
  /// RGB triples; empty for 24 and 32 bits.
  let palette: [UInt8]
  /// The byte of red, green and blue in a pixel of 24 or 32 bits.
  let order: (red: Int, green: Int, blue: Int)

  /// Reads the 14 bytes of BITMAPFILEHEADER and the information header of any known length.
  init(_ bytes: [UInt8]) throws(ImageProblem) {
    guard bytes.starts(with: ImageFormat.bmp.magic) else {
      throw ImageProblem("the file is no BMP")
    }
    offset = try bytes.number(at: 10, width: 4)
    let length = try bytes.number(at: 14, width: 4)
    guard [12, 40, 52, 56, 64, 108, 124].contains(length) else {
      throw ImageProblem("the BMP has an information header of \(length) bytes, which is unknown")
    }
    let old = length == 12
    width = old ? try bytes.number(at: 18, width: 2) : try bytes.signedNumber(at: 18)
    let rows = old ? try bytes.number(at: 20, width: 2) : try bytes.signedNumber(at: 22)
    (height, topDown) = (abs(rows), rows < 0)
    bits = try bytes.number(at: old ? 24 : 28, width: 2)
    let compression = old ? 0 : try bytes.number(at: 30, width: 4)
    guard [1, 4, 8, 24, 32].contains(bits) else {
      throw ImageProblem("the BMP has \(bits) bits a pixel; 1, 4, 8, 24 and 32 are read")
    }
    let masked = compression == 3 && bits == 32 && length != 64
    guard compression == 0 || masked else {
      throw ImageProblem("the BMP is compressed (method \(compression)); save it uncompressed")
    }
    try ImageCodec.check("BMP", width: width, height: height, bytes: bytes.count, pixelsPerByte: 8)
    stride = (width * bits + 31) / 32 * 4
    let tables = 14 + length
    guard offset >= tables, bytes.count - offset >= stride * height else {
      throw ImageProblem(
        "the BMP is cut short or its header lies: \(width) x \(height) pixels of \(bits) bits from "
          + "byte \(offset) need \(offset + stride * height) bytes, the file has \(bytes.count)")
    }
    order = masked ? try Self.order(bytes) : (2, 1, 0)
    let used = old || bits > 8 ? 0 : try bytes.number(at: 46, width: 4)
    palette = bits > 8 ? [] : try Self.palette(bytes, at: tables, bits: bits, used: used, old: old)
  }

  /// The palette behind the header: blue, green, red and, but for the oldest kind, a spare byte.
  private static func palette(
    _ bytes: [UInt8], at start: Int, bits: Int, used: Int, old: Bool
  ) throws(ImageProblem) -> [UInt8] {
    let colours = used == 0 ? 1 << bits : min(used, 1 << bits)
    let step = old ? 3 : 4
    guard bytes.count - start >= colours * step else {
      throw ImageProblem("the BMP is cut short: it ends inside its palette")
    }
    return (0..<colours).flatMap { colour in
      (0..<3).map { bytes[start + colour * step + 2 - $0] }
    }
  }

  /// Which byte of a 32-bit pixel each of the colour masks means.
  private static func order(
    _ bytes: [UInt8]
  ) throws(ImageProblem) -> (red: Int, green: Int, blue: Int) {
    var order: [Int] = []
    for offset in [54, 58, 62] {
      let mask = try bytes.number(at: offset, width: 4)
      guard let byte = (0..<4).first(where: { mask == 0xFF << (8 * $0) }) else {
        throw ImageProblem(
          "the BMP has colour masks that are not whole bytes; save it with 24 bits")
      }
      order.append(byte)
    }
    return (order[0], order[1], order[2])
  }
}
