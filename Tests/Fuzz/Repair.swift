internal import PipelineDSL

// Corrects checksums after a change, so that the code after them is tested. Each function accepts
// files that are damaged in any way, and does not change what' is not a valid count.

/// Recomputes the checksum of every chunk of a PNG.
@Sendable func repairPNG(_ bytes: inout [UInt8]) {
  var at = 8
  while at + 12 <= bytes.count {
    let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - at - 12 else { return }
    let end = at + 8 + length
    let sum = Checksum.of(bytes[at + 4..<end])
    for index in 0..<4 {
      bytes[end + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32(index)))
    }
    at = end + 4
  }
}

/// Recomputes the checksum of every stored member of a ZIP archive.
@Sendable func repairArchive(_ bytes: inout [UInt8]) {
  func number(_ at: Int, _ width: Int) -> Int {
    guard at >= 0, at + width <= bytes.count else { return 0 }
    return bytes[at..<at + width].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
  guard bytes.count > 45 else { return }
  for at in 0..<bytes.count - 45 where bytes[at] == 0x50 && number(at, 4) == 0x0201_4B50 {
    let (size, offset) = (number(at + 24, 4), number(at + 42, 4))
    let start = offset + 30 + number(offset + 26, 2) + number(offset + 28, 2)
    guard number(at + 10, 2) == 0, size <= bytes.count, start + size <= bytes.count else {
      continue
    }
    let sum = Checksum.of(bytes[start..<start + size])
    for index in 0..<4 {
      bytes[at + 16 + index] = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(index)))
    }
  }
}

/// Recomputes the key of a key file from its pre-image, and the seal from its other lines.
@Sendable func repairKey(_ bytes: inout [UInt8]) {
  func line(_ name: String) -> Range<Int>? {
    let mark = [UInt8](text: "  \"\(name)\": ")
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
      if bytes[start..<end].starts(with: mark) {
        let last = bytes[start..<end].last == UInt8(ascii: ",") ? end - 1 : end
        return last >= start + mark.count ? start + mark.count..<last : nil
      }
      start = end + 1
    }
    return nil
  }
  guard let preImage = line("preimage") else { return }
  let key = [UInt8](text: "\"\(Digest.of(bytes[preImage]).hex)\"")
  guard let place = line("key") else { return }
  bytes.replaceSubrange(place, with: key)
  guard let seal = line("seal") else { return }
  let start = bytes[..<seal.lowerBound].lastIndex(of: 10).map { $0 + 1 } ?? 0
  let end = bytes[seal.upperBound...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.count
  let digest = Digest.of(Array(bytes[..<start] + bytes[end...]))
  bytes.replaceSubrange(start..<end, with: [UInt8](text: "  \"seal\": \"\(digest.hex)\",\n"))
}

/// CRC-32 as in PNG and ZIP.
private enum Checksum {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { word, _ in
      word & 1 == 0 ? word >> 1 : word >> 1 ^ 0xEDB8_8320
    }
  }

  static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in
      sum >> 8 ^ table[Int((sum ^ UInt32(byte)) & 0xFF)]
    }
  }
}
