/// The list of members at the end of a ZIP archive.
///
/// Format: PKWARE APPNOTE 6.3.10. Members stored or deflated, with or without 64-bit sizes; one disk.
struct ZIPDirectory {
  /// What the directory says of a member.
  struct Entry {
    let name: String
    /// 0 stored, 8 deflated.
    let method: Int
    let checksum: Int
    /// Bytes in the archive.
    let packed: Int
    /// Bytes once inflated.
    let size: Int
    /// Where its local header begins.
    let offset: Int
  }

  private(set) var entries: [Entry] = []

  init(_ bytes: [UInt8]) throws(ImageError) {
    guard !bytes.isEmpty else { throw ImageError("the archive is empty (0 bytes)") }
    guard let end = Self.end(bytes) else {
      throw ImageError("the file is no ZIP archive, or it is cut short: its directory is missing")
    }
    var count = try bytes.number(at: end + 10, width: 2)
    var at = try bytes.number(at: end + 16, width: 4)
    // A 64-bit directory announces itself just before the ordinary one.
    if end >= 20, try bytes.number(at: end - 20, width: 4) == 0x0706_4B50 {
      let wide = try bytes.number(at: end - 12, width: 8)
      guard wide < end, try bytes.number(at: wide, width: 4) == 0x0606_4B50 else {
        throw ImageError("the archive is damaged: its 64-bit directory is missing")
      }
      count = try bytes.number(at: wide + 32, width: 8)
      at = try bytes.number(at: wide + 48, width: 8)
    }
    // A directory entry takes 46 bytes or more.
    guard at <= end, count <= (end - at) / 46 else {
      throw ImageError("the archive is damaged: its directory does not fit its length")
    }
    var names: Set<String> = []
    for _ in 0..<count {
      let (entry, length) = try Self.entry(bytes, at)
      guard names.insert(entry.name).inserted else {
        throw ImageError("the archive holds two members named '\(entry.name)'")
      }
      entries.append(entry)
      at += length
    }
  }

  /// The bytes of a member, inflated and checked against its size and CRC-32.
  static func content(_ entry: Entry, in bytes: [UInt8]) throws(ImageError) -> [UInt8] {
    guard try bytes.number(at: entry.offset, width: 4) == 0x0403_4B50 else {
      throw ImageError("the archive is damaged: member '\(entry.name)' is not where it should be")
    }
    let start =
      try entry.offset + 30 + bytes.number(at: entry.offset + 26, width: 2)
      + bytes.number(at: entry.offset + 28, width: 2)
    guard start <= bytes.count, entry.packed <= bytes.count - start else {
      throw ImageError("the archive is cut short inside member '\(entry.name)'")
    }
    // Deflate gives at most 1032 bytes for one: more is a lie, and its memory is never taken.
    guard entry.size / 1032 <= entry.packed else {
      throw ImageError(
        "member '\(entry.name)' declares \(entry.size) bytes in \(entry.packed) packed ones")
    }
    let packed = bytes[start..<start + entry.packed]
    let content =
      entry.method == 8
      ? Deflate.inflate(packed, size: entry.size)
      : entry.packed == entry.size ? Array(packed) : nil
    guard let content, Int(Deflate.checksum(content)) == entry.checksum else {
      throw ImageError("member '\(entry.name)' is damaged: its size or checksum is wrong")
    }
    return content
  }

  /// Where the end-of-directory record begins; a comment of up to 64 KiB may follow it.
  private static func end(_ bytes: [UInt8]) -> Int? {
    let first = max(0, bytes.count - 22 - 0xFFFF)
    return stride(from: bytes.count - 22, through: first, by: -1).first {
      bytes[$0] == 0x50 && bytes[$0 + 1] == 0x4B && bytes[$0 + 2] == 5 && bytes[$0 + 3] == 6
    }
  }

  private static func entry(
    _ bytes: [UInt8], _ at: Int
  ) throws(ImageError) -> (entry: Entry, length: Int) {
    guard try bytes.number(at: at, width: 4) == 0x0201_4B50 else {
      throw ImageError("the archive is damaged: its directory breaks off")
    }
    let nameLength = try bytes.number(at: at + 28, width: 2)
    let extraLength = try bytes.number(at: at + 30, width: 2)
    let length = try 46 + nameLength + extraLength + bytes.number(at: at + 32, width: 2)
    guard length <= bytes.count - at else {
      throw ImageError("the archive is cut short inside its directory")
    }
    let name = String(decoding: bytes[at + 46..<at + 46 + nameLength], as: UTF8.self)
    let method = try bytes.number(at: at + 10, width: 2)
    guard method == 0 || method == 8, try bytes.number(at: at + 8, width: 2) & 1 == 0 else {
      throw ImageError(
        "member '\(name)' is encrypted or packed by method \(method); "
          + "numpy.savez_compressed writes what is read here")
    }
    // Size, packed size and offset, each in 64 bits behind the name where 32 do not hold it.
    var numbers = [
      try bytes.number(at: at + 24, width: 4), try bytes.number(at: at + 20, width: 4),
      try bytes.number(at: at + 42, width: 4),
    ]
    var field = at + 46 + nameLength
    let extraEnd = field + extraLength
    while field + 4 <= extraEnd {
      let size = try bytes.number(at: field + 2, width: 2)
      if try bytes.number(at: field, width: 2) == 1 {
        var wide = field + 4
        for index in numbers.indices where numbers[index] == 0xFFFF_FFFF {
          guard wide + 8 <= field + 4 + size, field + 4 + size <= extraEnd else {
            throw ImageError("the archive is damaged: member '\(name)' lacks its 64-bit sizes")
          }
          numbers[index] = try bytes.number(at: wide, width: 8)
          wide += 8
        }
      }
      field += 4 + size
    }
    let entry = Entry(
      name: name, method: method, checksum: try bytes.number(at: at + 16, width: 4),
      packed: numbers[1], size: numbers[0], offset: numbers[2])
    return (entry, length)
  }
}
