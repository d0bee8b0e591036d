internal import Archives

/// NumPy's `.npz`: a ZIP archive of `.npy` arrays.
public struct NPZArchive: Sendable {
  /// The names of the arrays in archive order, without `.npy`; other members are ignored.
  public let names: [String]
  private let entries: [ZIPDirectory.Entry]
  private let bytes: [UInt8]

  /// Reads the directory of an archive; arrays are read on demand.
  ///
  /// Throws if the directory is missing or damaged, or names a compression other than deflate.
  public init(parsing bytes: [UInt8]) throws(ImageError) {
    do throws(ArchiveError) {
      entries = try ZIPDirectory(bytes).entries.filter { $0.name.hasSuffix(Self.suffix) }
    } catch {
      throw ImageError(error.reason)
    }
    names = entries.map { String($0.name.dropLast(Self.suffix.count)) }
    self.bytes = bytes
  }

  /// The array with a name.
  ///
  /// Throws if there is no such array, if the member is damaged (size and CRC-32 are checked), and
  /// as `NPYArray(parsing:)` does.
  public func member(_ name: String) throws(ImageError) -> NPYArray {
    guard let entry = entries.first(where: { $0.name == name + Self.suffix }) else {
      throw ImageError(
        "the archive has no array '\(name)' among \(names.joined(separator: ", "))")
    }
    var content: [UInt8]
    do throws(ArchiveError) { content = try ZIPDirectory.content(entry, in: bytes) } catch {
      throw ImageError(error.reason)
    }
    do {
      return try NPYArray(taking: &content)
    } catch {
      throw ImageError("array '\(name)': \(error.reason)")
    }
  }

  /// An archive of named arrays, dated with the format's earliest date so that bytes are stable.
  ///
  /// Throws if it exceeds the 4 GiB or 65,535 members of the 32-bit format.
  public static func encode(
    _ members: [(String, NPYArray)], deflated: Bool
  ) throws(ImageError) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (name, array) in members {
      let content = array.encoded
      let packed: [UInt8]
      do throws(ArchiveError) { packed = deflated ? try Deflate.deflate(content) : content } catch {
        throw ImageError(error.reason)
      }
      let file = Array((name + suffix).utf8)
      let offset = archive.count
      guard max(content.count, packed.count, offset) < 0xFFFF_FFFF, file.count < 0xFFFF else {
        throw ImageError("array '\(name)' exceeds the 4 GiB of a 32-bit ZIP archive")
      }
      // Version, flags, method, time, date (1 January 1980), checksum, sizes, length of the name.
      var common: [UInt8] = []
      for field in [20, 0, deflated ? 8 : 0, 0, 0x21] { common.appendNumber(field, width: 2) }
      for field in [Int(Deflate.checksum(content[...])), packed.count, content.count] {
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
      throw ImageError("the arrays exceed the limits of a 32-bit ZIP archive")
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
