/// One line of a manifest: `<sha256> <size> <path>`, the form in which folders are digested.
///
/// A backslash and a line feed in a path are written as `\\` and `\n`, so that a line stays a line.
public struct ManifestLine: Sendable, Hashable {
  /// The path below the folder, `/` between parts.
  public let path: String
  /// Bytes.
  public let size: Int
  /// SHA-256 of the content.
  public let digest: Digest

  /// A line.
  public init(path: String, size: Int, digest: Digest) {
    (self.path, self.size, self.digest) = (path, size, digest)
  }

  /// The line with its end.
  public var text: String { "\(digest.hex) \(size) \(Self.escaped(path))\n" }

  /// Reads a line without its end; `nil` if it is none.
  public init?(parsing line: Substring) {
    let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let digest = Digest(hex: parts[0]), let size = Int(parts[1]),
      size >= 0, !parts[2].isEmpty
    else { return nil }
    self.init(path: Self.unescaped(parts[2]), size: size, digest: digest)
  }

  /// A path as a manifest writes it.
  static func escaped(_ path: String) -> String {
    guard path.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A }) else { return path }
    return path.reduce(into: "") { $0 += $1 == "\\" ? "\\\\" : $1 == "\n" ? "\\n" : String($1) }
  }

  /// A path as it was before `escaped`.
  static func unescaped(_ text: Substring) -> String {
    guard text.utf8.contains(0x5C) else { return String(text) }
    var path = ""
    var rest = text
    while let character = rest.popFirst() {
      guard character == "\\", let next = rest.popFirst() else {
        path.append(character)
        continue
      }
      path.append(next == "n" ? "\n" : next)
    }
    return path
  }
}
