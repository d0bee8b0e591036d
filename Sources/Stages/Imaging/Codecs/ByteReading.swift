extension [UInt8] {
  /// The unsigned little-endian number of `width` bytes at an offset.
  ///
  /// Throws where the bytes end before it does, or where it does not fit an `Int`.
  func number(at offset: Int, width: Int) throws(ImageError) -> Int {
    guard offset >= 0, offset <= count - width else {
      throw ImageError("it is cut short: \(count) bytes end inside a header")
    }
    var value: UInt64 = 0
    for byte in self[offset..<offset + width].reversed() { value = value << 8 | UInt64(byte) }
    guard let number = Int(exactly: value) else {
      throw ImageError("a header holds the impossible number \(value)")
    }
    return number
  }

  /// The signed little-endian number of four bytes at an offset.
  func signedNumber(at offset: Int) throws(ImageError) -> Int {
    Int(Int32(truncatingIfNeeded: try number(at: offset, width: 4)))
  }

  /// Adds the low `width` bytes of a number, the lowest first.
  mutating func appendNumber(_ value: Int, width: Int) {
    for shift in 0..<width { append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
  }
}
