/// How a JPEG file was encoded: its quantisation tables, sampling and process.
///
/// Cameras and programs leave their own tables (Farid 2006, "Digital image ballistics from JPEG
/// quantization"), which a network can recognise from the noise that they cause.
public struct JPEGEncoding: Sendable, Hashable {
  /// A hash of tables, sampling and process: equal encodings have equal hashes.
  public let signature: UInt64
  /// The sum of the first quantisation table: larger for a stronger compression.
  public let strength: Int

  /// The encoding of a file; `nil` if it is not a JPEG, or has no complete header.
  public init?(_ bytes: [UInt8]) {
    guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
    // FNV-1a.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var strength: Int?
    var hasFrame = false
    var at = 2
    while at + 4 <= bytes.count, bytes[at] == 0xFF {
      let marker = bytes[at + 1]
      if marker == 0xFF {
        at += 1
        continue
      }
      let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
      guard length >= 2, at + 2 + length <= bytes.count, marker != 0xDA else { break }
      let body = bytes[at + 4..<at + 2 + length]
      if marker == 0xDB {
        body.forEach(add)
        if strength == nil { strength = Self.sum(body) }
      } else if (0xC0...0xC2).contains(marker), body.count >= 6 {
        hasFrame = true
        add(marker)
        // Components with their sampling, but not the size of the image.
        body.dropFirst(5).forEach(add)
      }
      at += 2 + length
    }
    guard let strength, hasFrame else { return nil }
    (signature, self.strength) = (hash, strength)
  }

  /// The sum of the first table of a segment, of 8 or 16 bits.
  private static func sum(_ body: ArraySlice<UInt8>) -> Int? {
    guard let first = body.first else { return nil }
    let values = body.dropFirst()
    guard first >> 4 != 0 else {
      return values.count >= 64 ? values.prefix(64).reduce(0) { $0 + Int($1) } : nil
    }
    guard values.count >= 128 else { return nil }
    return values.prefix(128).enumerated().reduce(0) {
      $0 + (($1.offset % 2 == 0) ? Int($1.element) << 8 : Int($1.element))
    }
  }
}
