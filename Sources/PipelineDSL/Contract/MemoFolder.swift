internal import Foundation

/// What stages could compute again and keep between cells and runs, by content, within a bound.
///
/// A file there changes how long a stage takes and never what it gives: a stage works alike without any,
/// with a half-written one, and where several use the same at once. The file that was not used for the
/// longest time goes first.
public struct MemoFolder: Sendable {
  /// Where the folder is; created with its first file.
  public let path: String
  /// Bytes that all files together may take; 0 for none.
  public let limit: Int

  /// A memo folder at a path.
  public init(_ path: String, limit: Int) { (self.path, self.limit) = (path, limit) }

  /// No memo.
  public static let none = MemoFolder("", limit: 0)

  /// The path of the file for some content, and how many bytes it may have; `nil` where nothing is to be
  /// kept.
  ///
  /// Makes room: other files go, the longest unused first, until what is `expected` fits.
  public func file(_ content: Digest, expected: Int) -> (path: String, limit: Int)? {
    guard limit > 0 else { return nil }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      return nil
    }
    let place = path + "/" + content.hex
    makeRoom(for: min(expected, limit), beside: content.hex)
    // What is used now was used last.
    utimes(place, nil)
    return (place, limit)
  }

  private func makeRoom(for expected: Int, beside name: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    var files: [(name: String, size: Int, used: Double)] = []
    for other in names where other != name {
      var status = stat()
      guard stat(path + "/" + other, &status) == 0 else { continue }
      let used = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9
      files.append((other, Int(status.st_size), used))
    }
    var total = files.reduce(0) { $0 + $1.size }
    for file in files.sorted(by: { ($0.used, $0.name) < ($1.used, $1.name) })
    where total + expected > limit {
      // Who still has it open reads on.
      unlink(path + "/" + file.name)
      total -= file.size
    }
  }
}
