import Foundation

/// A folder for one test, removed with its content when the value is deinitialised.
package final class TemporaryFolder: Sendable {
  /// The absolute path, without symbolic links.
  package let path: String

  /// Creates an empty folder in the system's temporary folder.
  package init() throws {
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    path = base + "/assay-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    let files = FileManager.default
    if (try? files.removeItem(atPath: path)) != nil { return }
    // Stores and artifacts contain read-only folders.
    for name in files.enumerator(atPath: path)?.compactMap({ $0 as? String }) ?? [] {
      try? files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path(name))
    }
    try? files.removeItem(atPath: path)
  }

  /// A path inside the folder.
  package func path(_ name: String) -> String { path + "/" + name }

  /// Writes a text file, creating parent folders; returns its path.
  @discardableResult
  package func write(_ name: String, _ text: String) throws -> String {
    try write(name, Array(text.utf8))
  }

  /// Writes a file, creating parent folders; returns its path.
  @discardableResult
  package func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return path(name)
  }

  /// The text of a file.
  package func read(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }
}
