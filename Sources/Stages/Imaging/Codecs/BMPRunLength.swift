/// Decodes run-length coded bitmaps of 4 or 8 bits, as Windows defines them.
///
/// The data are pairs of a count and a colour. A count of 0 escapes to the end of the row (0), the
/// end of the image (1), a skip over pixels (2, right, down), or that many literal pixels, padded
/// to two bytes.
struct BMPRunLength {
  private let bytes: [UInt8]
  private let header: BMPHeader
  private var at: Int
  private var indices: [UInt8]
  private var (x, row) = (0, 0)

  init(_ bytes: [UInt8], _ header: BMPHeader) {
    (self.bytes, self.header, at) = (bytes, header, header.offset)
    // Skipped pixels have the first colour.
    indices = [UInt8](repeating: 0, count: header.width * header.height)
  }

  /// Palette indices of all pixels, rows from the top.
  mutating func decoded() throws(ImageError) -> [UInt8] {
    while row < header.height {
      let (count, value) = (try next(), try next())
      switch (count, value) {
      case (0, 0): (x, row) = (0, row + 1)
      case (0, 1): return indices
      case (0, 2): (x, row) = (x + Int(try next()), row + Int(try next()))
      case (0, _): try takeSingles(Int(value))
      default:
        for step in 0..<Int(count) { try put(header.bits == 8 ? value : nibble(value, step)) }
      }
    }
    return indices
  }

  private mutating func takeSingles(_ count: Int) throws(ImageError) {
    let length = header.bits == 8 ? count : (count + 1) / 2
    for step in 0..<count {
      guard header.bits == 4 else {
        try put(try next())
        continue
      }
      if step % 2 == 0 { try put(try next() >> 4) } else { try put(bytes[at - 1] & 15) }
    }
    if length % 2 == 1 { _ = try next() }
  }

  private func nibble(_ byte: UInt8, _ step: Int) -> UInt8 { step % 2 == 0 ? byte >> 4 : byte & 15 }

  private mutating func next() throws(ImageError) -> UInt8 {
    guard at < bytes.count else {
      throw ImageError("the BMP is cut short: its runs end in row \(row + 1) of \(header.height)")
    }
    defer { at += 1 }
    return bytes[at]
  }

  private mutating func put(_ index: UInt8) throws(ImageError) {
    guard x < header.width, row < header.height else {
      throw ImageError("the BMP is damaged: a run passes the end of row \(row + 1)")
    }
    indices[(header.height - 1 - row) * header.width + x] = index
    x += 1
  }
}
