internal import Foundation

/// What a long stage keeps between attempts at the same key, such as a training checkpoint.
///
/// A file is written beside its place and published by rename, so that a kill at any moment leaves
/// the old one or the new one, whole. It ends with the SHA-256 of what is before, so that what a disk
/// damaged is as if it had never been published: a stage that went on from it would give other bytes.
public struct StateFolder: Sendable {
  /// Where the folder is; created when the first file is published.
  public let path: String

  /// A state folder at a path.
  public init(_ path: String) { self.path = path }

  /// The bytes published under a name, or `nil` if there are none or they are not whole.
  public func read(_ name: String) -> [UInt8]? {
    guard let data = FileManager.default.contents(atPath: path + "/" + name) else { return nil }
    let bytes = [UInt8](data.dropLast(Self.trailerSize))
    return data.suffix(Self.trailerSize).elementsEqual(Self.trailer(of: bytes)) ? bytes : nil
  }

  /// Whether something stands under a name, whole or not.
  public func contains(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/" + name)
  }

  private static let trailerSize = 64

  private static func trailer(of bytes: [UInt8]) -> [UInt8] { Array(Digest.of(bytes).hex.utf8) }

  /// Publishes bytes under a name in place of what was there.
  public func publish(_ bytes: [UInt8], as name: String) throws(StageError) {
    let partial = "\(path)/.\(name).\(ProcessInfo.processInfo.processIdentifier)"
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw StageError("\(path): cannot be made: \(systemReason(of: error))")
    }
    do throws(WriteError) {
      try writeWholeFile(bytes, Self.trailer(of: bytes), to: partial)
    } catch {
      // What was written would keep a full disk full.
      unlink(partial)
      throw StageError("\(partial): cannot be written: \(error)")
    }
    guard rename(partial, path + "/" + name) == 0 else {
      throw StageError(
        "\(path)/\(name): cannot be put in place: \(String(cString: strerror(errno)))")
    }
  }
}
