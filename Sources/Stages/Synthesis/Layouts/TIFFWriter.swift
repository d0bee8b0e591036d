internal import Imaging

/// Writes baseline TIFF: RGB or, as in some sets, RGBA with opaque alpha, in uncompressed strips.
enum TIFFWriter {
  private static let rowsPerStrip = 64

  /// The file of an image.
  static func encode(_ image: Image, alpha: Bool) -> [UInt8] {
    let samples = alpha ? 4 : 3
    var body: [UInt8] = []
    body.reserveCapacity(image.width * image.height * samples)
    for start in stride(from: 0, to: image.pixels.count, by: 3) {
      body += image.pixels[start..<start + 3]
      if alpha { body.append(255) }
    }
    let strip = image.width * samples * rowsPerStrip
    let offsets = stride(from: 0, to: body.count, by: strip).map { 8 + $0 }
    let lengths = offsets.map { min(strip, body.count - ($0 - 8)) }
    var file: [UInt8] = Array("II".utf8) + number(42, 2)
    let padded = (body.count + 1) / 2 * 2
    // Values that do not fit into an entry's four bytes go between pixels and directory.
    var extra: [UInt8] = []
    func place(_ numbers: [Int], _ width: Int) -> Int {
      let start = 8 + padded + extra.count
      for value in numbers { extra += number(value, width) }
      return start
    }
    let bits = place([Int](repeating: 8, count: samples), 2)
    let single = offsets.count == 1
    let offsetPlace = single ? offsets[0] : place(offsets, 4)
    let lengthPlace = single ? lengths[0] : place(lengths, 4)
    var entries: [(tag: Int, type: Int, count: Int, value: Int)] = [
      (256, 4, 1, image.width), (257, 4, 1, image.height), (258, 3, samples, bits), (259, 3, 1, 1),
      (262, 3, 1, 2), (273, 4, offsets.count, offsetPlace), (277, 3, 1, samples),
      (278, 4, 1, rowsPerStrip), (279, 4, offsets.count, lengthPlace), (284, 3, 1, 1),
    ]
    if alpha { entries.append((338, 3, 1, 2)) }
    file += number(8 + padded + extra.count, 4)
    file += body + [UInt8](repeating: 0, count: padded - body.count) + extra
    file += number(entries.count, 2)
    for entry in entries {
      file += number(entry.tag, 2) + number(entry.type, 2) + number(entry.count, 4)
      file += number(entry.value, 4)
    }
    return file + number(0, 4)
  }

  private static func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
