internal import Foundation

/// The regular files below a location, as they were when the runner looked.
public struct LocationSnapshot: Sendable, Hashable {
  /// One file.
  public typealias Entry = ManifestLine

  /// Something below the root that was left out, such as a link that leads out of it.
  public struct Problem: Sendable, Hashable {
    /// The path below the root.
    public let path: String
    /// Why it was left out.
    public let reason: String

    /// A problem.
    public init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }
  }

  /// Where the location is on this machine; in no key and no artifact.
  public let root: String
  /// The files, sorted by the UTF-8 bytes of their paths.
  public let entries: [Entry]
  /// What was left out, sorted by path.
  public let problems: [Problem]

  /// Whether the root is a single file rather than a folder; then it is the one entry.
  public let isFile: Bool

  /// A snapshot; sorts what it is given.
  public init(root: String, isFile: Bool = false, entries: [Entry], problems: [Problem] = []) {
    (self.root, self.isFile) = (root, isFile)
    self.entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    self.problems = problems.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// Where an entry can be opened on this machine.
  public func file(_ entry: Entry) -> String { isFile ? root : root + "/" + entry.path }

  /// The digest of what lies below the root: paths, sizes, digests and problems, not the root.
  public var digest: Digest { Digest.of(manifest.utf8) }

  /// The text that `digest` is taken of: a line a file, then a line a problem.
  public var manifest: String {
    var text = ""
    for entry in entries { text += entry.text }
    for problem in problems {
      text += "! \(ManifestLine.escaped(problem.path)) : \(ManifestLine.escaped(problem.reason))\n"
    }
    return text
  }

  /// Reads what `manifest` wrote; `nil` if a line does not fit.
  public init?(manifest: [UInt8], root: String, isFile: Bool) {
    var entries: [Entry] = []
    var problems: [Problem] = []
    for line in String(decoding: manifest, as: UTF8.self).split(separator: "\n") {
      if let entry = ManifestLine(parsing: line) {
        entries.append(entry)
      } else if line.hasPrefix("! "), let colon = line.range(of: " : ") {
        problems.append(
          Problem(
            path: ManifestLine.unescaped(line[line.index(line.startIndex, offsetBy: 2)..<colon.lowerBound]),
            reason: ManifestLine.unescaped(line[colon.upperBound...])))
      } else {
        return nil
      }
    }
    self.init(root: root, isFile: isFile, entries: entries, problems: problems)
  }
}
