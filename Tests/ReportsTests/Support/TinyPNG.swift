import PipelineDSL

/// Writes RGB images as uncompressed PNG, enough to test reports.
enum TinyPNG {
  /// An image of a given size, with its pixels from a function of column and row.
  static func encode(
    width: Int, height: Int, _ pixel: (Int, Int) -> (UInt8, UInt8, UInt8)
  ) -> [UInt8] {
    var raw: [UInt8] = []
    for y in 0..<height {
      raw.append(0)
      for x in 0..<width {
        let (r, g, b) = pixel(x, y)
        raw += [r, g, b]
      }
    }
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: raw.count, by: 65_535) {
      let block = raw[start..<min(start + 65_535, raw.count)]
      let length = UInt16(block.count)
      stream.append(start + block.count == raw.count ? 1 : 0)
      stream += [UInt8(length & 255), UInt8(length >> 8)]
      stream += [UInt8(~length & 255), UInt8(~length >> 8)]
      stream += block
    }
    stream += big(adler(raw))
    let header = big(UInt32(width)) + big(UInt32(height)) + [8, 2, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", header) + chunk("IDAT", stream) + chunk("IEND", [])
  }

  /// A violet cell on a pale background; `heat` tints it from its centre.
  static func cell(_ seed: Int, edge: Int = 12, heat: Bool = false) -> [UInt8] {
    let middle = Double(edge) / 2
    let (cx, cy) = (middle + Double(seed % 7) - 3, middle + Double(seed % 5) - 2)
    return encode(width: edge, height: edge) { x, y in
      let (dx, dy) = (Double(x) - cx, Double(y) - cy)
      let distance = (dx * dx + dy * dy).squareRoot() / middle
      let grain = Double((x &* 31 &+ y &* 17 &+ seed &* 7) % 13) - 6
      var (r, g, b) = distance < 0.62 ? (120.0, 70.0, 150.0) : (232.0, 214.0, 222.0)
      if distance < 0.34 { (r, g, b) = (82, 38, 124) }
      if heat {
        let warmth = max(0, 1 - distance / 0.8)
        (r, g, b) = (
          r * 0.5 + 255 * warmth * 0.5, g * 0.5 + 200 * warmth * (1 - warmth) * 1.5,
          b * 0.5 + 255 * (1 - warmth) * 0.4
        )
      }
      func byte(_ value: Double) -> UInt8 { UInt8(max(0, min(255, value + grain))) }
      return (byte(r), byte(g), byte(b))
    }
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return big(UInt32(data.count)) + body + big(crc(body))
  }

  private static func big(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (a, b) = (UInt32(1), UInt32(0))
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return b << 16 | a
  }
}
