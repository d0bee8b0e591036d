internal import Foundation

/// The original files a stage may open, found by the digest of their content.
///
/// They come from the locations of the stage and of its ancestors. The bytes read are checked
/// against the requested digest: a file that changed after the runner read it causes an error that
/// names it, never a wrong result.
public struct OriginalFiles: Sendable {
  private let paths: [Digest: String]

  /// Creates a collection from snapshots; of files with equal content, the first by path is used.
  public init(_ snapshots: [LocationSnapshot]) {
    var paths: [Digest: String] = [:]
    for snapshot in snapshots {
      for entry in snapshot.entries where paths[entry.digest] == nil {
        paths[entry.digest] = snapshot.file(entry)
      }
    }
    self.paths = paths
  }

  /// The path of the file with a digest; its content is not checked.
  public func path(_ digest: Digest) throws(StageError) -> String {
    guard let path = paths[digest] else {
      throw StageError(
        "no location of this stage's ancestors has a file with digest \(digest.short)")
    }
    return path
  }

  /// The bytes of the file with a digest, verified against it.
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
