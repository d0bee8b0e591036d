extension [UInt8] {
  /// The unsigned little-endian number of `width` bytes at an offset.
  ///
  /// Throws if the number extends beyond the bytes or does not fit an `Int`.
  package func littleEndian(at offset: Int, width: Int) throws(ArchiveError) -> Int {
    guard offset >= 0, offset <= count - width else {
      throw ArchiveError("it is cut short: \(count) bytes end inside a header")
    }
    var value: UInt64 = 0
    for byte in self[offset..<offset + width].reversed() { value = value << 8 | UInt64(byte) }
    guard let number = Int(exactly: value) else {
      throw ArchiveError("a header contains the impossible number \(value)")
    }
    return number
  }

  /// Appends the low `width` bytes of a number, least significant first.
  package mutating func appendNumber(_ value: Int, width: Int) {
    for shift in 0..<width { append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
  }
}
