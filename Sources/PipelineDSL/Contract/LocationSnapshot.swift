/// The regular files below a location, as they were when the runner looked.
public struct LocationSnapshot: Sendable, Hashable {
  /// One file.
  public struct Entry: Sendable, Hashable {
    /// The path below the root, `/` between parts; the file's own name if the root is a file.
    public let path: String
    /// Bytes.
    public let size: Int
    /// SHA-256 of the content.
    public let digest: Digest

    /// An entry.
    public init(path: String, size: Int, digest: Digest) {
      (self.path, self.size, self.digest) = (path, size, digest)
    }
  }

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

  /// The text that `digest` is taken of: the lines of an artifact manifest, then the problems.
  public var manifest: String {
    var text = ""
    for entry in entries { text += "\(entry.digest.hex) \(entry.size) \(entry.path)\n" }
    for problem in problems { text += "! \(problem.path): \(problem.reason)\n" }
    return text
  }
}
