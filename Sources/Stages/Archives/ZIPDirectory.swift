/// The directory at the end of a ZIP archive.
///
/// Format: PKWARE APPNOTE 6.3.10. Stored or deflated members, 32-bit or 64-bit sizes, one disk.
package struct ZIPDirectory: Sendable {
  /// A member as the directory describes it.
  package struct Entry: Sendable {
    /// The path of the member; valid UTF-8, otherwise unchecked.
    package let name: String
    /// Whether the member is deflated; otherwise it is stored.
    package let isDeflated: Bool
    /// The CRC-32 of the content.
    package let checksum: UInt32
    /// The size in the archive in bytes.
    package let packed: Int
    /// The size of the content in bytes.
    package let size: Int
    /// The offset of the local header.
    fileprivate let offset: Int
  }

  /// The maximum number of members, more than any real file has; bounds the directory's memory.
  private static let maximumMembers = 1 << 16

  /// The members in the order of the directory; their names are distinct.
  package private(set) var entries: [Entry] = []

  /// Reads the directory of an archive; throws if it is missing, damaged or not supported.
  package init(_ bytes: [UInt8]) throws(ArchiveError) {
    guard !bytes.isEmpty else { throw ArchiveError("the archive is empty (0 bytes)") }
    guard let end = Self.end(bytes) else {
      throw ArchiveError(
        "the file is not a ZIP archive, or it is cut short: its directory is missing")
    }
    var count = try bytes.littleEndian(at: end + 10, width: 2)
    var at = try bytes.littleEndian(at: end + 16, width: 4)
    // The locator of a 64-bit directory, if present, directly precedes the end record.
    if end >= 20, try bytes.littleEndian(at: end - 20, width: 4) == 0x0706_4B50 {
      let wide = try bytes.littleEndian(at: end - 12, width: 8)
      guard wide < end, try bytes.littleEndian(at: wide, width: 4) == 0x0606_4B50 else {
        throw ArchiveError("the archive is damaged: its 64-bit directory is missing")
      }
      count = try bytes.littleEndian(at: wide + 32, width: 8)
      at = try bytes.littleEndian(at: wide + 48, width: 8)
    }
    // A directory entry takes at least 46 bytes.
    guard at <= end, count <= (end - at) / 46 else {
      throw ArchiveError("the archive is damaged: its directory does not fit its length")
    }
    guard count <= Self.maximumMembers else {
      throw ArchiveError(
        "the archive contains \(count) members; at most \(Self.maximumMembers) are supported")
    }
    var names: Set<String> = []
    entries.reserveCapacity(count)
    for _ in 0..<count {
      let (entry, length) = try Self.entry(bytes, at)
      guard names.insert(entry.name).inserted else {
        throw ArchiveError("the archive contains two members named '\(entry.name)'")
      }
      entries.append(entry)
      at += length
    }
  }

  /// The range of a member's packed bytes, which follow its local header.
  package static func place(_ entry: Entry, in bytes: [UInt8]) throws(ArchiveError) -> Range<Int> {
    guard try bytes.littleEndian(at: entry.offset, width: 4) == 0x0403_4B50 else {
      throw ArchiveError(
        "the archive is damaged: member '\(entry.name)' is not at its recorded offset")
    }
    let start =
      try entry.offset + 30 + bytes.littleEndian(at: entry.offset + 26, width: 2)
      + bytes.littleEndian(at: entry.offset + 28, width: 2)
    guard start <= bytes.count, entry.packed <= bytes.count - start else {
      throw ArchiveError("the archive is cut short inside member '\(entry.name)'")
    }
    return start..<start + entry.packed
  }

  /// The content of a member, inflated and checked against its size and CRC-32.
  package static func content(_ entry: Entry, in bytes: [UInt8]) throws(ArchiveError) -> [UInt8] {
    let place = try place(entry, in: bytes)
    // Deflate expands a byte to at most 1032 bytes; a larger size is false and is never allocated.
    guard entry.size / 1032 <= entry.packed else {
      throw ArchiveError(
        "member '\(entry.name)' declares \(entry.size) bytes in \(entry.packed) packed ones")
    }
    let content =
      entry.isDeflated
      ? Deflate.inflate(bytes[place], size: entry.size)
      : entry.packed == entry.size ? Array(bytes[place]) : nil
    guard let content, Deflate.checksum(content[...]) == entry.checksum else {
      throw ArchiveError("member '\(entry.name)' is damaged: its size or checksum is wrong")
    }
    return content
  }

  /// The offset of the end-of-directory record; a comment of up to 64 KiB may follow it.
  private static func end(_ bytes: [UInt8]) -> Int? {
    let first = max(0, bytes.count - 22 - 0xFFFF)
    return stride(from: bytes.count - 22, through: first, by: -1).first {
      bytes[$0] == 0x50 && bytes[$0 + 1] == 0x4B && bytes[$0 + 2] == 5 && bytes[$0 + 3] == 6
    }
  }

  private static func entry(
    _ bytes: [UInt8], _ at: Int
  ) throws(ArchiveError) -> (entry: Entry, length: Int) {
    guard try bytes.littleEndian(at: at, width: 4) == 0x0201_4B50 else {
      throw ArchiveError("the archive is damaged: its directory is truncated")
    }
    let nameLength = try bytes.littleEndian(at: at + 28, width: 2)
    let extraLength = try bytes.littleEndian(at: at + 30, width: 2)
    let length = try 46 + nameLength + extraLength + bytes.littleEndian(at: at + 32, width: 2)
    guard length <= bytes.count - at else {
      throw ArchiveError("the archive is cut short inside its directory")
    }
    let nameEnd = at + 46 + nameLength
    guard let name = String(validating: bytes[at + 46..<nameEnd], as: UTF8.self) else {
      throw ArchiveError("the archive is damaged: the name of a member is not UTF-8")
    }
    let method = try bytes.littleEndian(at: at + 10, width: 2)
    guard method == 0 || method == 8, try bytes.littleEndian(at: at + 8, width: 2) & 1 == 0 else {
      throw ArchiveError(
        "member '\(name)' is encrypted or uses method \(method); "
          + "only stored and deflated members are supported")
    }
    let sizes = try sizes(bytes, at, extra: nameEnd..<nameEnd + extraLength, name)
    let entry = Entry(
      name: name, isDeflated: method == 8,
      checksum: UInt32(truncatingIfNeeded: try bytes.littleEndian(at: at + 16, width: 4)),
      packed: sizes[1], size: sizes[0], offset: sizes[2])
    return (entry, length)
  }

  /// Size, packed size and offset, read from the 64-bit extra field if 32 bits cannot hold them.
  private static func sizes(
    _ bytes: [UInt8], _ at: Int, extra: Range<Int>, _ name: String
  ) throws(ArchiveError) -> [Int] {
    var numbers = [
      try bytes.littleEndian(at: at + 24, width: 4), try bytes.littleEndian(at: at + 20, width: 4),
      try bytes.littleEndian(at: at + 42, width: 4),
    ]
    var field = extra.lowerBound
    while field + 4 <= extra.upperBound {
      let fieldEnd = field + 4 + (try bytes.littleEndian(at: field + 2, width: 2))
      if try bytes.littleEndian(at: field, width: 2) == 1 {
        var wide = field + 4
        for index in numbers.indices where numbers[index] == 0xFFFF_FFFF {
          guard wide + 8 <= fieldEnd, fieldEnd <= extra.upperBound else {
            throw ArchiveError("the archive is damaged: member '\(name)' lacks its 64-bit sizes")
          }
          numbers[index] = try bytes.littleEndian(at: wide, width: 8)
          wide += 8
        }
      }
      field = fieldEnd
    }
    return numbers
  }
}
