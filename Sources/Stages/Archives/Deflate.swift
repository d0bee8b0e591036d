internal import CZlib

/// Raw deflate streams and the CRC-32 of ZIP archives, implemented with zlib.
package enum Deflate {
  /// The CRC-32 of some bytes.
  package static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    UInt32(
      truncatingIfNeeded: bytes.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) })
  }

  /// The version of zlib in use.
  package static var libraryVersion: String { String(cString: zlibVersion()) }

  /// Inflates a raw deflate stream of `size` bytes; `nil` if it is damaged or has another size.
  package static func inflate(_ bytes: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    var stream = z_stream()
    // A negative window size: the stream has no zlib header.
    let status = inflateInit2_(
      &stream, -MAX_WBITS, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    // One byte more than declared, to detect a longer stream.
    var out = [UInt8](repeating: 0, count: size + 1)
    let (end, written) = run(&stream, bytes, &out) { CZlib.inflate(&$0, Z_NO_FLUSH) }
    guard end == Z_STREAM_END, written == size else { return nil }
    out.removeLast()
    return out
  }

  /// Compresses bytes to a raw deflate stream at level 6.
  package static func deflate(_ bytes: [UInt8]) throws(ArchiveError) -> [UInt8] {
    var stream = z_stream()
    let status = deflateInit2_(
      &stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      CInt(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw ArchiveError("zlib could not start") }
    defer { deflateEnd(&stream) }
    var out = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    let (end, written) = run(&stream, bytes[...], &out) {
      CZlib.deflate(&$0, $0.avail_in < piece ? Z_FINISH : Z_NO_FLUSH)
    }
    guard end == Z_STREAM_END else { throw ArchiveError("zlib could not compress") }
    out.removeLast(out.count - written)
    return out
  }

  /// zlib counts available bytes in 32 bits: longer buffers are passed in pieces of this size.
  private static let piece: UInt32 = 1 << 30

  private static func run(
    _ stream: inout z_stream, _ bytes: ArraySlice<UInt8>, _ out: inout [UInt8],
    _ step: (inout z_stream) -> CInt
  ) -> (status: CInt, written: Int) {
    bytes.withUnsafeBufferPointer { input in
      out.withUnsafeMutableBufferPointer { output in
        var (read, written, status) = (0, 0, Z_OK)
        while status == Z_OK {
          let available = UInt32(min(input.count - read, Int(piece)))
          let room = UInt32(min(output.count - written, Int(piece)))
          stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.advanced(by: read))
          stream.next_out = output.baseAddress?.advanced(by: written)
          stream.avail_in = available
          stream.avail_out = room
          status = step(&stream)
          read += Int(available - stream.avail_in)
          written += Int(room - stream.avail_out)
          if stream.avail_in == available, stream.avail_out == room { break }
        }
        return (status, written)
      }
    }
  }
}
