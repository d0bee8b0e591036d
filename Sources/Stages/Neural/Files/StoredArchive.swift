/// A ZIP archive whose members lie in it as they are, not deflated: what `torch.save` writes.
///
/// Format: PKWARE APPNOTE 6.3.10, with or without 64-bit sizes; one disk. All checksums are tested.
struct StoredArchive {
  private struct Entry {
    let name: String
    let checksum: UInt32
    let size: Int
    /// Where its local header begins.
    let offset: Int
  }

  /// More members than any real file has; it bounds the memory for their places.
  private static let mostMembers = 1 << 16

  /// The folder of the first member, which PyTorch names for the file.
  let root: String
  private var places: [String: Range<Int>] = [:]

  init(_ bytes: [UInt8]) throws(NeuralError) {
    let entries = try Self.entries(bytes)
    guard let first = entries.first, let slash = first.name.firstIndex(of: "/") else {
      throw NeuralError("the archive holds no folder, as torch.save makes one")
    }
    root = String(first.name[..<slash])
    // PyTorch can be told to leave checksums out; then it writes zeros, and nothing can be tested.
    let hasChecksums = entries.contains { $0.checksum != 0 }
    // Members that overlap would be summed again and again.
    var left = bytes.count
    for entry in entries {
      let place = try Self.place(entry, in: bytes)
      left -= place.count
      guard left >= 0 else {
        throw NeuralError("the archive is damaged: its members overlap at '\(entry.name)'")
      }
      guard !hasChecksums || CRC32.checksum(bytes[place]) == entry.checksum else {
        throw NeuralError("member '\(entry.name)' is damaged: its checksum is wrong")
      }
      guard places.updateValue(place, forKey: entry.name) == nil else {
        throw NeuralError("the archive holds two members named '\(entry.name)'")
      }
    }
  }

  /// Where the bytes of a member of the root folder lie; `nil` where there is none of this name.
  func place(_ name: String) -> Range<Int>? { places["\(root)/\(name)"] }

  private static func entries(_ bytes: [UInt8]) throws(NeuralError) -> [Entry] {
    guard let end = end(bytes) else {
      throw NeuralError("the archive is cut short: its directory is missing")
    }
    var count = try bytes.number(at: end + 10, width: 2)
    var at = try bytes.number(at: end + 16, width: 4)
    // A 64-bit directory announces itself just before the ordinary one.
    if end >= 20, try bytes.number(at: end - 20, width: 4) == 0x0706_4B50 {
      let wide = try bytes.number(at: end - 12, width: 8)
      guard wide < end, try bytes.number(at: wide, width: 4) == 0x0606_4B50 else {
        throw NeuralError("the archive is damaged: its 64-bit directory is missing")
      }
      count = try bytes.number(at: wide + 32, width: 8)
      at = try bytes.number(at: wide + 48, width: 8)
    }
    // A directory entry takes 46 bytes or more.
    guard at <= end, count <= (end - at) / 46 else {
      throw NeuralError("the archive is damaged: its directory does not fit its length")
    }
    guard count <= mostMembers else {
      throw NeuralError("the archive holds \(count) members; up to \(mostMembers) are read")
    }
    var entries: [Entry] = []
    entries.reserveCapacity(count)
    for _ in 0..<count {
      let (entry, length) = try entry(bytes, at)
      entries.append(entry)
      at += length
    }
    return entries
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
  ) throws(NeuralError) -> (entry: Entry, length: Int) {
    guard try bytes.number(at: at, width: 4) == 0x0201_4B50 else {
      throw NeuralError("the archive is damaged: its directory breaks off")
    }
    let nameLength = try bytes.number(at: at + 28, width: 2)
    let extraLength = try bytes.number(at: at + 30, width: 2)
    let length = try 46 + nameLength + extraLength + bytes.number(at: at + 32, width: 2)
    guard length <= bytes.count - at else {
      throw NeuralError("the archive is cut short inside its directory")
    }
    let nameBytes = bytes[at + 46..<at + 46 + nameLength]
    guard let name = String(validating: nameBytes, as: UTF8.self) else {
      throw NeuralError("the archive is damaged: the name of a member is not UTF-8")
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
            throw NeuralError("the archive is damaged: member '\(name)' lacks its 64-bit sizes")
          }
          numbers[index] = try bytes.number(at: wide, width: 8)
          wide += 8
        }
      }
      field += 4 + size
    }
    let method = try bytes.number(at: at + 10, width: 2)
    guard method == 0, try bytes.number(at: at + 8, width: 2) & 1 == 0 else {
      throw NeuralError(
        "member '\(name)' is encrypted or packed by method \(method); torch.save stores members "
          + "as they are")
    }
    guard numbers[0] == numbers[1] else {
      throw NeuralError(
        "member '\(name)' declares \(numbers[0]) bytes in \(numbers[1]) stored ones")
    }
    let checksum = UInt32(truncatingIfNeeded: try bytes.number(at: at + 16, width: 4))
    return (Entry(name: name, checksum: checksum, size: numbers[0], offset: numbers[2]), length)
  }

  /// Where a member's bytes lie, behind its local header.
  private static func place(
    _ entry: Entry, in bytes: [UInt8]
  ) throws(NeuralError) -> Range<Int> {
    guard try bytes.number(at: entry.offset, width: 4) == 0x0403_4B50 else {
      throw NeuralError("the archive is damaged: member '\(entry.name)' is not where it is said")
    }
    let start =
      try entry.offset + 30 + bytes.number(at: entry.offset + 26, width: 2)
      + bytes.number(at: entry.offset + 28, width: 2)
    guard start <= bytes.count, entry.size <= bytes.count - start else {
      throw NeuralError("the archive is cut short inside member '\(entry.name)'")
    }
    return start..<start + entry.size
  }
}

extension [UInt8] {
  /// The unsigned little-endian number of `width` bytes at an offset.
  ///
  /// Throws where the bytes end before it does, or where it does not fit an `Int`.
  fileprivate func number(at offset: Int, width: Int) throws(NeuralError) -> Int {
    guard offset >= 0, offset <= count - width else {
      throw NeuralError("the archive is cut short: its \(count) bytes end inside a header")
    }
    var value: UInt64 = 0
    for byte in self[offset..<offset + width].reversed() { value = value << 8 | UInt64(byte) }
    guard let number = Int(exactly: value) else {
      throw NeuralError("the archive is damaged: \(value) is no place in it")
    }
    return number
  }
}
