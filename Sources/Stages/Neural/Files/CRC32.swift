/// The checksum of ZIP archives: CRC-32 with the polynomial 0xEDB88320, eight bytes at a time.
///
/// Method: Kounavis and Berry 2008 (slicing-by-8).
enum CRC32 {
  /// Row k holds the checksum of each byte with k zeros behind it.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var word = UInt32(byte)
      for _ in 0..<8 { word = word & 1 == 0 ? word >> 1 : word >> 1 ^ 0xEDB8_8320 }
      table[byte] = word
    }
    for index in 256..<table.count {
      let before = table[index - 256]
      table[index] = before >> 8 ^ table[Int(before & 0xFF)]
    }
    return table
  }()

  /// The CRC-32 of bytes.
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      bytes.withUnsafeBytes { raw in
        var sum = ~UInt32(0)
        var at = 0
        while at + 8 <= raw.count {
          let word =
            UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            ^ UInt64(sum)
          sum = 0
          for lane in 0..<8 {
            sum ^= table[(7 - lane) * 256 + Int(truncatingIfNeeded: word >> (8 * lane) & 0xFF)]
          }
          at += 8
        }
        for byte in raw[at...] { sum = sum >> 8 ^ table[Int((sum ^ UInt32(byte)) & 0xFF)] }
        return ~sum
      }
    }
  }
}
