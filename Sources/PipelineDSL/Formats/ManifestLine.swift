/// One line of a manifest, `<sha256> <size> <path>`, from which folder digests are computed.
///
/// Backslashes and line feeds in a path are escaped as `\\` and `\n`: an entry is always one line.
public struct ManifestLine: Sendable, Hashable {
  /// The path relative to the folder, with `/` as separator.
  public let path: String
  /// The size in bytes.
  public let size: Int
  /// SHA-256 of the content.
  public let digest: Digest

  /// Creates a line.
  public init(path: String, size: Int, digest: Digest) {
    (self.path, self.size, self.digest) = (path, size, digest)
  }

  /// The line including its line feed.
  public var text: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the UTF-8 bytes of `text`, without creating strings for manifests of 60,000 lines.
  public func append(to bytes: inout [UInt8]) {
    digest.appendHex(to: &bytes)
    bytes.append(0x20)
    bytes.append(contentsOf: String(size).utf8)
    bytes.append(0x20)
    bytes.append(contentsOf: Self.escaped(path).utf8)
    bytes.append(0x0A)
  }

  /// Reads a line without its line feed; `nil` if it is not a valid line.
  ///
  /// Works on bytes, because a lookup reads a line for every file of every artifact it checks.
  public init?(parsing line: ArraySlice<UInt8>) {
    let start = line.startIndex
    guard line.count > 67, line[start + 64] == 0x20,
      let space = line[(start + 65)...].firstIndex(of: 0x20),
      let digest = line.withUnsafeBufferPointer({
        Digest(hexDigits: UnsafeBufferPointer(rebasing: $0[..<64]))
      }),
      let size = Int(String(decoding: line[(start + 65)..<space], as: UTF8.self)), size >= 0,
      let path = String(validating: line[(space + 1)...], as: UTF8.self)
    else { return nil }
    self.init(path: Self.unescaped(path[...]), size: size, digest: digest)
  }

  /// Whether a path stays inside the folder it is appended to: no empty part, `.`, `..` or NUL.
  public static func staysInside(_ path: String) -> Bool {
    !path.utf8.contains(0)
      && path.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
      }
  }

  /// Reads a line of text without its line feed; `nil` if it is not a valid line.
  public init?(parsing line: Substring) { self.init(parsing: Array(line.utf8)[...]) }

  /// A path as written in a manifest, optionally with one more ASCII scalar escaped.
  ///
  /// Works on scalars, because a carriage return followed by a line feed is a single character.
  static func escaped(_ path: String, also extra: Unicode.Scalar = "\n") -> String {
    let extraByte = UInt8(ascii: extra)
    guard path.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == extraByte }) else {
      return path
    }
    var escaped = String.UnicodeScalarView()
    for scalar in path.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\".unicodeScalars
      case "\n": escaped += "\\n".unicodeScalars
      case extra: escaped += ["\\", extra]
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }

  /// The path that `escaped` was given.
  static func unescaped(_ text: Substring) -> String {
    guard text.utf8.contains(0x5C) else { return String(text) }
    var path = String.UnicodeScalarView()
    var rest = text.unicodeScalars
    while let scalar = rest.popFirst() {
      if scalar == "\\", let next = rest.popFirst() {
        path.append(next == "n" ? "\n" : next)
      } else {
        path.append(scalar)
      }
    }
    return String(path)
  }
}
