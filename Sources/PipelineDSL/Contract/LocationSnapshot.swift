internal import Foundation

/// The regular files below a location, as the runner found them.
public struct LocationSnapshot: Sendable, Hashable {
  /// One file.
  public typealias Entry = ManifestLine

  /// An entry below the root that was left out, such as a link that points outside it.
  public struct Problem: Sendable, Hashable {
    /// The path below the root.
    public let path: String
    /// Why it was left out.
    public let reason: String

    /// Creates a problem.
    public init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }
  }

  /// The path of the location on this machine; not part of any key or artifact.
  public let root: String
  /// The files, sorted by the UTF-8 bytes of their paths.
  public let entries: [Entry]
  /// The entries that were left out, sorted by path.
  public let problems: [Problem]

  /// Whether the root is a single file rather than a folder; that file is then the only entry.
  public let isFile: Bool

  /// Creates a snapshot; sorts the entries and problems.
  public init(root: String, isFile: Bool = false, entries: [Entry], problems: [Problem] = []) {
    (self.root, self.isFile) = (root, isFile)
    self.entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    self.problems = problems.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// The path at which an entry can be opened on this machine.
  public func file(_ entry: Entry) -> String { isFile ? root : root + "/" + entry.path }

  /// The digest of the content: paths, sizes, digests and problems, but not the root's path.
  public var digest: Digest { Digest.of(manifestBytes) }

  /// The text whose digest is `digest`: one line per file, then one line per problem.
  public var manifest: String { String(decoding: manifestBytes, as: UTF8.self) }

  /// The UTF-8 bytes of `manifest`.
  public var manifestBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entries.reduce(0) { $0 + 88 + $1.path.utf8.count })
    for entry in entries { entry.append(to: &bytes) }
    for problem in problems {
      // A colon in the path is escaped, so that the first unescaped one precedes the reason.
      let path = ManifestLine.escaped(problem.path, also: ":")
      bytes += "! \(path): \(ManifestLine.escaped(problem.reason))\n".utf8
    }
    return bytes
  }

  /// Reads a manifest; `nil` if a line is invalid or a path leads outside the root.
  public init?(manifest: [UInt8], root: String, isFile: Bool) {
    var entries: [Entry] = []
    var problems: [Problem] = []
    for bytes in manifest.split(separator: UInt8(ascii: "\n")) {
      guard let line = String(validating: bytes, as: UTF8.self) else { return nil }
      if let problem = Self.problem(line[...]) {
        problems.append(problem)
      } else if let entry = ManifestLine(parsing: line[...]),
        ManifestLine.staysInside(entry.path)
      {
        entries.append(entry)
      } else {
        return nil
      }
    }
    self.init(root: root, isFile: isFile, entries: entries, problems: problems)
  }

  private static func problem(_ line: Substring) -> Problem? {
    let scalars = line.unicodeScalars.dropFirst(2)
    guard line.unicodeScalars.starts(with: "! ".unicodeScalars) else { return nil }
    var isEscaped = false
    for index in scalars.indices {
      if !isEscaped, scalars[index] == ":" {
        return Problem(
          path: ManifestLine.unescaped(Substring(scalars[..<index])),
          reason: ManifestLine.unescaped(Substring(scalars[index...].dropFirst(2))))
      }
      isEscaped = !isEscaped && scalars[index] == "\\"
    }
    return nil
  }
}
