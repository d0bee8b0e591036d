internal import Foundation

/// The original files a stage may open, found by the digest of their content.
///
/// They come from the locations of the stage and of its ancestors. What is read is checked against
/// the digest it was asked for, so that a file changed since the runner looked is an error that
/// names it, never a wrong result.
public struct OriginalFiles: Sendable {
  private let paths: [Digest: String]

  /// The files of some snapshots; of equal contents the first by path order is opened.
  public init(_ snapshots: [LocationSnapshot]) {
    var paths: [Digest: String] = [:]
    for snapshot in snapshots {
      for entry in snapshot.entries where paths[entry.digest] == nil {
        paths[entry.digest] = snapshot.file(entry)
      }
    }
    self.paths = paths
  }

  /// Where the file with a digest can be opened; its content is not checked yet.
  public func path(_ digest: Digest) throws(StageError) -> String {
    guard let path = paths[digest] else {
      throw StageError(
        "no location of this stage's ancestors has a file with digest \(digest.short)")
    }
    return path
  }

  /// The bytes of the file with a digest, checked.
  public func read(_ digest: Digest) throws(StageError) -> [UInt8] {
    let path = try path(digest)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw StageError("\(path): cannot be read", hint: "check that it exists and is readable")
    }
    let bytes = [UInt8](data)
    guard Digest.of(bytes) == digest else {
      throw StageError("\(path): changed during the run", hint: "run again")
    }
    return bytes
  }
}
