internal import Archives

extension [UInt8] {
  /// The unsigned little-endian number of `width` bytes at an offset.
  ///
  /// Throws if the number extends beyond the bytes or does not fit an `Int`.
  func number(at offset: Int, width: Int) throws(ImageError) -> Int {
    do throws(ArchiveError) { return try littleEndian(at: offset, width: width) } catch {
      throw ImageError(error.reason)
    }
  }

  /// The signed little-endian number of four bytes at an offset.
  func signedNumber(at offset: Int) throws(ImageError) -> Int {
    Int(Int32(truncatingIfNeeded: try number(at: offset, width: 4)))
  }
}
