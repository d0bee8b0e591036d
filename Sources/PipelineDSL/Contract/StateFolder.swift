internal import Foundation

/// The files a long stage keeps between attempts at the same key, such as a training checkpoint.
///
/// A file is written under a temporary name and published by rename, so that after a kill either
/// the old or the new file is complete. It ends with the SHA-256 of its content: a damaged file is
/// treated as absent, because a stage that resumed from it would produce different bytes.
public struct StateFolder: Sendable {
  /// The path of the folder, which is created when the first file is published.
  public let path: String

  /// Creates a state folder at a path.
  public init(_ path: String) { self.path = path }

  /// The bytes published under a name; `nil` if there are none or they are damaged.
  public func read(_ name: String) -> [UInt8]? {
    guard let data = FileManager.default.contents(atPath: path + "/" + name) else { return nil }
    let bytes = [UInt8](data.dropLast(Self.trailerSize))
    return data.suffix(Self.trailerSize).elementsEqual(Self.trailer(of: bytes)) ? bytes : nil
  }

  /// Whether a file exists under a name, intact or not.
  public func contains(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/" + name)
  }

  private static let trailerSize = 64

  private static func trailer(of bytes: [UInt8]) -> [UInt8] { Array(Digest.of(bytes).hex.utf8) }

  /// Publishes bytes under a name, replacing earlier ones.
  public func publish(_ bytes: [UInt8], as name: String) throws(StageError) {
    let partial = "\(path)/.\(name).\(ProcessInfo.processInfo.processIdentifier)"
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw StageError("\(path): cannot be created: \(systemReason(of: error))")
    }
    do throws(WriteError) {
      try writeWholeFile(bytes, Self.trailer(of: bytes), to: partial)
    } catch {
      // The partial file would keep a full disk full.
      unlink(partial)
      throw StageError("\(partial): cannot be written: \(error)")
    }
    guard rename(partial, path + "/" + name) == 0 else {
      throw StageError(
        "\(path)/\(name): cannot be put in place: \(String(cString: strerror(errno)))")
    }
  }
}
