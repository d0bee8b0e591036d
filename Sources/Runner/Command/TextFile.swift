internal import Foundation

/// A text file that a verb writes.
enum TextFile {
  /// Writes a file, and creates its folder; a reader sees the old text or the new one, never a part.
  static func write(_ text: String, to path: String) throws(CommandError) {
    let url = URL(fileURLWithPath: path)
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url, options: .atomic)
    } catch {
      throw .failed("\(path): cannot be written: \(error.localizedDescription)")
    }
  }
}
