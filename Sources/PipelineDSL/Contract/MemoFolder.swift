internal import Foundation

/// Data that stages can recompute, kept between cells and runs by content and within a size limit.
///
/// Its files affect how long a stage takes but never its output: a stage must work with no file,
/// with a partial one, and while other processes use the same file. The least recently used file is
/// removed first.
public struct MemoFolder: Sendable {
  /// The path of the folder, which is created with its first file.
  public let path: String
  /// The maximum total size of the files in bytes; 0 disables the memo.
  public let limit: Int

  /// Creates a memo folder at a path.
  public init(_ path: String, limit: Int) { (self.path, self.limit) = (path, limit) }

  /// A disabled memo.
  public static let none = MemoFolder("", limit: 0)

  /// The path of the file for some content and its maximum size in bytes; `nil` if none can be
  /// kept.
  ///
  /// Removes other files, the least recently used first, until `expected` bytes fit.
  public func file(_ content: Digest, expected: Int) -> (path: String, limit: Int)? {
    guard limit > 0 else { return nil }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      return nil
    }
    let place = path + "/" + content.hex
    makeRoom(for: min(expected, limit), beside: content.hex)
    // Marks the file as the most recently used.
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
      // Processes that have it open can continue to read it.
      unlink(path + "/" + file.name)
      total -= file.size
    }
  }
}
