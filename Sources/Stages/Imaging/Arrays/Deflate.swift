internal import CZlib

/// Raw deflate streams and CRC-32 by zlib, as ZIP archives hold them.
enum Deflate {
  /// The CRC-32 of bytes.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    UInt32(
      truncatingIfNeeded: bytes.withUnsafeBufferPointer {
        crc32_z(0, $0.baseAddress, $0.count)
      })
  }

  /// A checksum as eight hexadecimal digits.
  static func hexadecimal(_ checksum: UInt32) -> String {
    let digits = String(checksum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// The `size` bytes a raw deflate stream holds; `nil` where it is damaged or holds another number.
  static func inflate(_ bytes: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    var stream = z_stream()
    // Negative: no zlib header around the stream.
    let begun = inflateInit2_(
      &stream, -MAX_WBITS, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    guard begun == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    // One byte more than declared, so that a longer stream is seen to be longer.
    var out = [UInt8](repeating: 0, count: size + 1)
    let (status, made) = run(&stream, bytes, &out) { CZlib.inflate(&$0, Z_NO_FLUSH) }
    guard status == Z_STREAM_END, made == size else { return nil }
    out.removeLast()
    return out
  }

  /// The raw deflate stream of bytes, at level 6.
  static func deflate(_ bytes: [UInt8]) throws(ImageError) -> [UInt8] {
    var stream = z_stream()
    let begun = deflateInit2_(
      &stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      CInt(MemoryLayout<z_stream>.size))
    guard begun == Z_OK else { throw ImageError("zlib could not start") }
    defer { deflateEnd(&stream) }
    var out = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    let (status, made) = run(&stream, bytes[...], &out) {
      CZlib.deflate(&$0, $0.avail_in < piece ? Z_FINISH : Z_NO_FLUSH)
    }
    guard status == Z_STREAM_END else { throw ImageError("zlib could not compress") }
    out.removeLast(out.count - made)
    return out
  }

  /// zlib counts what is at hand in 32 bits: longer buffers go through in pieces of this size.
  private static let piece: UInt32 = 1 << 30

  private static func run(
    _ stream: inout z_stream, _ bytes: ArraySlice<UInt8>, _ out: inout [UInt8],
    _ step: (inout z_stream) -> CInt
  ) -> (status: CInt, made: Int) {
    bytes.withUnsafeBufferPointer { input in
      out.withUnsafeMutableBufferPointer { output in
        var (taken, made, status) = (0, 0, Z_OK)
        while status == Z_OK {
          let (give, room) = (
            UInt32(min(input.count - taken, Int(piece))),
            UInt32(min(output.count - made, Int(piece)))
          )
          stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.advanced(by: taken))
          stream.next_out = output.baseAddress?.advanced(by: made)
          (stream.avail_in, stream.avail_out) = (give, room)
          status = step(&stream)
          let (used, written) = (Int(give - stream.avail_in), Int(room - stream.avail_out))
          (taken, made) = (taken + used, made + written)
          if used == 0, written == 0 { break }
        }
        return (status, made)
      }
    }
  }
}
