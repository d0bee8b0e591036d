/// NumPy's `.npz`: a ZIP archive of `.npy` arrays.
public struct NPZArchive: Sendable {
  /// The arrays' names in the archive's order, without `.npy`; other members are left out.
  public let names: [String]
  private let entries: [ZIPDirectory.Entry]
  private let bytes: [UInt8]

  /// Reads an archive's directory; members are read when they are asked for.
  ///
  /// Throws where the directory is missing or damaged, and for methods other than deflate.
  public init(parsing bytes: [UInt8]) throws(ImageError) {
    entries = try ZIPDirectory(bytes).entries.filter { $0.name.hasSuffix(Self.suffix) }
    names = entries.map { String($0.name.dropLast(Self.suffix.count)) }
    self.bytes = bytes
  }

  /// The array of a name.
  ///
  /// Throws where there is none, where the member is damaged (size and CRC-32 are checked), and as
  /// `NPYArray(parsing:)` does.
  public func member(_ name: String) throws(ImageError) -> NPYArray {
    guard let entry = entries.first(where: { $0.name == name + Self.suffix }) else {
      throw ImageError(
        "the archive has no array '\(name)' among \(names.joined(separator: ", "))")
    }
    var content = try ZIPDirectory.content(entry, in: bytes)
    do {
      return try NPYArray(taking: &content)
    } catch {
      throw ImageError("array '\(name)': \(error.reason)")
    }
  }

  /// An archive of named arrays, with the earliest date a ZIP can tell, so that bytes are stable.
  ///
  /// Throws where it would pass the 4 GiB or 65,535 members of the plain format.
  public static func encode(
    _ members: [(String, NPYArray)], deflated: Bool
  ) throws(ImageError) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (name, array) in members {
      let content = array.encoded
      let packed = deflated ? try Deflate.deflate(content) : content
      let file = Array((name + suffix).utf8)
      let offset = archive.count
      guard max(content.count, packed.count, offset) < 0xFFFF_FFFF, file.count < 0xFFFF else {
        throw ImageError("array '\(name)' passes the 4 GiB a plain ZIP archive can hold")
      }
      // Version, flags, method, time, date (1 January 1980), checksum, sizes, length of the name.
      var common: [UInt8] = []
      for field in [20, 0, deflated ? 8 : 0, 0, 0x21] { common.appendNumber(field, width: 2) }
      for field in [Int(Deflate.checksum(content)), packed.count, content.count] {
        common.appendNumber(field, width: 4)
      }
      common.appendNumber(file.count, width: 2)
      common.appendNumber(0, width: 2)
      archive.appendNumber(0x0403_4B50, width: 4)
      archive += common + file + packed
      directory.appendNumber(0x0201_4B50, width: 4)
      directory.appendNumber(20, width: 2)
      directory += common
      for field in [0, 0, 0] { directory.appendNumber(field, width: 2) }
      for field in [0, offset] { directory.appendNumber(field, width: 4) }
      directory += file
    }
    guard members.count < 0xFFFF, archive.count + directory.count < 0xFFFF_FFFF else {
      throw ImageError("the arrays pass what a plain ZIP archive can hold")
    }
    let start = archive.count
    archive += directory
    archive.appendNumber(0x0605_4B50, width: 4)
    for field in [0, 0, members.count, members.count] { archive.appendNumber(field, width: 2) }
    for field in [directory.count, start] { archive.appendNumber(field, width: 4) }
    archive.appendNumber(0, width: 2)
    return archive
  }

  private static let suffix = ".npy"
}
