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
  public var text: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the UTF-8 bytes of `text`: of 60,000 lines no text need be made.
  public func append(to bytes: inout [UInt8]) {
    digest.appendHex(to: &bytes)
    bytes.append(0x20)
    bytes.append(contentsOf: String(size).utf8)
    bytes.append(0x20)
    bytes.append(contentsOf: Self.escaped(path).utf8)
    bytes.append(0x0A)
  }

  /// Reads a line without its end; `nil` if it is none.
  ///
  /// By bytes, since a lookup reads a line for every file of every artifact it checks.
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

  /// Reads a line of text without its end; `nil` if it is none.
  public init?(parsing line: Substring) { self.init(parsing: Array(line.utf8)[...]) }

  /// A path as a manifest writes it, with one more ASCII scalar escaped if need be.
  ///
  /// By scalars, since a carriage return and a line feed together are one character.
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

  /// A path as it was before `escaped`.
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
