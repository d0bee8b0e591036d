/// Reads the orientation from a JPEG's EXIF data.
///
/// A file with malformed EXIF data counts as upright: nothing else depends on that data.
enum EXIF {
  /// The orientation in a JPEG's first EXIF segment.
  static func orientation(ofJPEG bytes: [UInt8]) -> Orientation {
    var at = 2
    while at + 4 <= bytes.count, bytes[at] == 0xFF {
      let marker = bytes[at + 1]
      // Skip fill bytes; stop at the scan, after which no segments are searched.
      if marker == 0xFF {
        at += 1
        continue
      }
      if marker == 0xDA || marker == 0xD9 { break }
      let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
      guard length >= 2, at + 2 + length <= bytes.count else { break }
      let body = bytes[at + 4..<at + 2 + length]
      if marker == 0xE1, body.starts(with: Array("Exif\0\0".utf8)) {
        return orientation(ofTIFF: Array(body.dropFirst(6)))
      }
      at += 2 + length
    }
    return .upright
  }

  /// Tag 274 in the first directory of a TIFF structure.
  private static func orientation(ofTIFF bytes: [UInt8]) -> Orientation {
    guard bytes.count >= 8 else { return .upright }
    let isLittle = bytes[0] == UInt8(ascii: "I")
    func number(_ at: Int, _ width: Int) -> Int? {
      guard at >= 0, at + width <= bytes.count else { return nil }
      let part = bytes[at..<at + width]
      return (isLittle ? Array(part.reversed()) : Array(part)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(4, 4), let count = number(directory, 2) else { return .upright }
    for index in 0..<count {
      let entry = directory + 2 + 12 * index
      guard let tag = number(entry, 2) else { return .upright }
      guard tag == 274 else { continue }
      return number(entry + 8, 2).flatMap(Orientation.init) ?? .upright
    }
    return .upright
  }
}
