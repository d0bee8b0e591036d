/// A syntax error, with its position.
public struct JSONSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The position.
  public let position: SourcePosition
  /// What is wrong at the position.
  public let reason: String

  /// `line 3, column 7: trailing comma before '}'`.
  public var description: String {
    "line \(position.line), column \(position.column): \(reason)"
  }
}

/// A strict parser for RFC 8259 that keeps positions and reports duplicate names.
///
/// Nesting is limited, invalid UTF-8 and lone surrogates are errors, and a number beyond the range
/// of a double is an error rather than infinity.
public struct JSONParser {
  /// The maximum nesting depth of arrays and objects.
  static let depthLimit = 256

  private let bytes: [UInt8]
  private let file: Int
  private var at = 0
  private var line = 1
  private var lineStart = 0
  private var marker: (index: Int, column: Int) = (0, 1)
  private var duplicates: [Duplicate] = []

  /// A name that occurs twice in one object.
  public struct Duplicate: Sendable {
    /// The name.
    public let name: String
    /// The position of the repetition.
    public let position: SourcePosition
    /// The position of the first occurrence.
    public let first: SourcePosition
    let path: JSONPath
    /// The pointer to it.
    public var pointer: String { path.pointer }
  }

  private init(_ bytes: [UInt8], file: Int) { (self.bytes, self.file) = (bytes, file) }

  /// Parses a document and returns the duplicate names in it.
  ///
  /// `file` is the index of the file, for positions. `depth` is the number of arrays and objects in
  /// which the document is going to be nested; they count towards the limit.
  public static func locate(
    _ bytes: [UInt8], file: Int = 0, depth: Int = 0
  ) throws(JSONSyntaxError) -> (root: LocatedJSON, duplicates: [Duplicate]) {
    var parser = JSONParser(bytes, file: file)
    try parser.checkEncoding()
    parser.skipSpace()
    let root = try parser.value(.root, depth: depth)
    parser.skipSpace()
    guard parser.at == bytes.count else {
      throw parser.problem("unexpected text after the end of the document")
    }
    return (root, parser.duplicates)
  }

  /// Parses a value without positions; a duplicate name is an error.
  public static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
    let (root, duplicates) = try locate(bytes)
    if let duplicate = duplicates.first {
      throw JSONSyntaxError(
        position: duplicate.position, reason: "the name '\(duplicate.name)' occurs twice")
    }
    return root.value
  }

  /// Parses a value in a string.
  public static func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue {
    try parse(Array(text.utf8))
  }

  // MARK: Positions

  private func position(of index: Int) -> SourcePosition {
    // Continuation bytes belong to the preceding scalar. Counting resumes at the last position
    // requested, so that the time for one long line is not quadratic in its length.
    let usable = marker.index >= lineStart && marker.index <= index
    let from = usable ? marker : (index: lineStart, column: 1)
    let column = bytes[from.index..<min(index, bytes.count)].reduce(from.column) {
      $1 & 0xC0 == 0x80 ? $0 : $0 + 1
    }
    return SourcePosition(line: line, column: column, file: file)
  }

  private mutating func mark() -> SourcePosition {
    let place = position(of: at)
    marker = (at, place.column)
    return place
  }

  private func problem(_ reason: String, at index: Int? = nil) -> JSONSyntaxError {
    JSONSyntaxError(position: position(of: index ?? at), reason: reason)
  }

  private mutating func checkEncoding() throws(JSONSyntaxError) {
    // A byte order mark is not part of the first line.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { (at, lineStart, marker) = (3, 3, (3, 1)) }
    guard String(validating: bytes, as: UTF8.self) == nil else { return }
    // Find the first invalid byte, so that the message can point at it.
    var good = 0
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      good += UTF8.width(scalar)
      if scalar == "\n" { (line, lineStart) = (line + 1, good) }
    }
    throw problem("invalid UTF-8", at: good)
  }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x09, 0x0D: at += 1
      case 0x0A:
        at += 1
        (line, lineStart) = (line + 1, at)
      default: return
      }
    }
  }

  /// The character at the current position, as named in messages.
  private var shown: String {
    let rest = String(decoding: bytes[at..<min(at + 4, bytes.count)], as: UTF8.self)
    guard let scalar = rest.unicodeScalars.first else { return "the end of the file" }
    // Invisible characters are named by their code points.
    guard scalar.value > 0x20, scalar.value != 0x7F,
      scalar.isASCII || scalar.properties.generalCategory.isVisible
    else { return "the character U+" + scalar.hexadecimal }
    return "'\(scalar)'"
  }

  private func unexpected(_ expected: String) -> JSONSyntaxError {
    next == UInt8(ascii: "/")
      ? problem("JSON has no comments; use \"description\"")
      : problem("expected \(expected), found \(shown)")
  }

  // MARK: Values

  private mutating func value(_ path: JSONPath, depth: Int) throws(JSONSyntaxError) -> LocatedJSON {
    guard depth < Self.depthLimit else {
      throw problem("arrays and objects are nested deeper than \(Self.depthLimit)")
    }
    let start = mark()
    let form: LocatedJSON.Form
    switch next {
    case UInt8(ascii: "{"): form = try object(path, depth: depth)
    case UInt8(ascii: "["): form = try array(path, depth: depth)
    case UInt8(ascii: "\""): form = .scalar(.string(try string()))
    case .some(0x2D), .some(0x30...0x39): form = .scalar(try number())
    case UInt8(ascii: "t"): form = .scalar(try word("true", .bool(true)))
    case UInt8(ascii: "f"): form = .scalar(try word("false", .bool(false)))
    case UInt8(ascii: "n"): form = .scalar(try word("null", .null))
    case UInt8(ascii: "'"): throw problem("strings must be in double quotes")
    default: throw unexpected("a value")
    }
    return LocatedJSON(form: form, position: start, path: path)
  }

  private mutating func word(
    _ text: String, _ value: JSONValue
  ) throws(JSONSyntaxError) -> JSONValue {
    guard bytes[at...].starts(with: text.utf8) else {
      throw problem("expected a value; only true, false and null are written without quotes")
    }
    at += text.utf8.count
    return value
  }

  private mutating func array(
    _ path: JSONPath, depth: Int
  ) throws(JSONSyntaxError) -> LocatedJSON.Form {
    let open = mark()
    at += 1
    skipSpace()
    var elements: [LocatedJSON] = []
    if next == UInt8(ascii: "]") {
      at += 1
      return .array([])
    }
    while true {
      elements.append(try value(.element(path, elements.count), depth: depth + 1))
      if try isLast("]", "the array opened on line \(open.line)") { return .array(elements) }
    }
  }

  private mutating func object(
    _ path: JSONPath, depth: Int
  ) throws(JSONSyntaxError) -> LocatedJSON.Form {
    let open = mark()
    at += 1
    skipSpace()
    var members: [LocatedJSON.Member] = []
    var first: [String: SourcePosition] = [:]
    if next == UInt8(ascii: "}") {
      at += 1
      return .object([])
    }
    while true {
      guard next == UInt8(ascii: "\"") else {
        if next == nil { throw problem("the object opened on line \(open.line) is not closed") }
        throw unexpected("a name in double quotes")
      }
      let place = mark()
      let name = try string()
      if let earlier = first[name] {
        duplicates.append(
          Duplicate(name: name, position: place, first: earlier, path: .member(path, name)))
      } else {
        first[name] = place
      }
      skipSpace()
      guard next == UInt8(ascii: ":") else {
        throw unexpected("':' after \"\(name)\"")
      }
      at += 1
      skipSpace()
      let value = try value(.member(path, name), depth: depth + 1)
      members.append(LocatedJSON.Member(name: name, position: place, value: value))
      if try isLast("}", "the object opened on line \(open.line)") { return .object(members) }
    }
  }

  /// Whether the closing bracket follows, which is read; else a comma is, and the space behind it.
  private mutating func isLast(
    _ bracket: Unicode.Scalar, _ whole: @autoclosure () -> String
  ) throws(JSONSyntaxError) -> Bool {
    skipSpace()
    switch next {
    case UInt8(ascii: bracket):
      at += 1
      return true
    case UInt8(ascii: ","):
      let comma = mark()
      at += 1
      skipSpace()
      guard next != UInt8(ascii: bracket) else {
        throw JSONSyntaxError(position: comma, reason: "trailing comma before '\(bracket)'")
      }
      return false
    case nil: throw problem("\(whole()) is not closed")
    default: throw unexpected("',' or '\(bracket)'")
    }
  }
}

// MARK: - Scalars

extension JSONParser {
  private mutating func number() throws(JSONSyntaxError) -> JSONValue {
    let start = at
    var whole = true
    func digit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
    if next == UInt8(ascii: "-") { at += 1 }
    guard digit(next) else { throw problem("a digit must follow '-'") }
    if next == UInt8(ascii: "0") {
      at += 1
      if digit(next) { throw problem("a number must not begin with 0", at: start) }
    } else {
      while digit(next) { at += 1 }
    }
    if next == UInt8(ascii: ".") {
      whole = false
      at += 1
      guard digit(next) else { throw problem("a digit must follow '.'") }
      while digit(next) { at += 1 }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      whole = false
      at += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
      guard digit(next) else { throw problem("an exponent needs a digit") }
      while digit(next) { at += 1 }
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if whole, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw problem("the number \(text.prefix(40)) is beyond the range of a double", at: start)
    }
    return .number(value)
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    let start = at
    at += 1
    let plain = bytes[at...].prefix { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }
    var out = Array(plain)
    at = plain.endIndex
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        return String(decoding: out, as: UTF8.self)
      case UInt8(ascii: "\\"):
        at += 1
        try escapeSequence(into: &out)
      case 0..<0x20:
        throw problem(
          byte == 10 ? "unterminated string" : "control characters must be escaped",
          at: byte == 10 ? start : at)
      default:
        out.append(byte)
        at += 1
      }
    }
    throw problem("unterminated string", at: start)
  }

  private mutating func escapeSequence(into out: inout [UInt8]) throws(JSONSyntaxError) {
    let start = at - 1
    let simple: UInt8
    switch next {
    case UInt8(ascii: "u"):
      at += 1
      return out += String(Character(try unicodeEscape(from: start))).utf8
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): simple = bytes[at]
    case UInt8(ascii: "b"): simple = 8
    case UInt8(ascii: "f"): simple = 12
    case UInt8(ascii: "n"): simple = 10
    case UInt8(ascii: "r"): simple = 13
    case UInt8(ascii: "t"): simple = 9
    default:
      throw problem("'\\' is followed by \(shown), which is not an escape sequence", at: start)
    }
    out.append(simple)
    at += 1
  }

  /// The scalar of a `\u` escape, including the second half of a surrogate pair.
  private mutating func unicodeEscape(
    from start: Int
  ) throws(JSONSyntaxError) -> Unicode.Scalar {
    var code = try hexadecimal()
    if code & 0xFC00 == 0xD800, bytes[at...].starts(with: [0x5C, 0x75]) {
      at += 2
      let low = try hexadecimal()
      guard low & 0xFC00 == 0xDC00 else { throw problem("unpaired surrogate", at: start) }
      code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
    }
    guard let scalar = Unicode.Scalar(code) else { throw problem("unpaired surrogate", at: start) }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
    guard at + 4 <= bytes.count,
      bytes[at..<at + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
    else { throw problem("four hexadecimal digits must follow '\\u'") }
    at += 4
    return value
  }
}

extension Unicode.GeneralCategory {
  /// Whether characters of this category are visible.
  fileprivate var isVisible: Bool {
    switch self {
    case .control, .format, .unassigned, .privateUse, .surrogate, .spaceSeparator, .lineSeparator,
      .paragraphSeparator, .nonspacingMark, .enclosingMark:
      false
    default: true
    }
  }
}

extension Unicode.Scalar {
  /// The code point in at least four upper-case hexadecimal digits.
  var hexadecimal: String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
