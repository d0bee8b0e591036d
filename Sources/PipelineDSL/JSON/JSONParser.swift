/// Why bytes are not JSON, and where.
public struct JSONSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The place.
  public let position: SourcePosition
  /// What is wrong there.
  public let reason: String

  /// `line 3, column 7: a comma stands before '}'`.
  public var description: String {
    "line \(position.line), column \(position.column): \(reason)"
  }
}

/// A strict parser of RFC 8259 that keeps positions and reports duplicate names.
///
/// Nesting is bounded, invalid UTF-8 and lone surrogates are errors, and a number beyond the range
/// of a double is an error rather than an infinity.
public struct JSONParser {
  /// How deep arrays and objects may nest.
  static let depthLimit = 256

  private let bytes: [UInt8]
  private var at = 0
  private var line = 1
  private var lineStart = 0
  private var marker: (index: Int, column: Int) = (0, 1)
  private var duplicates: [Duplicate] = []

  /// A name that stands twice in one object.
  public struct Duplicate: Sendable {
    /// The name.
    public let name: String
    /// Where it stands again.
    public let position: SourcePosition
    /// Where it stood first.
    public let first: SourcePosition
    /// The pointer of the object.
    public let pointer: String
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Parses a document and lists the duplicate names in it.
  public static func locate(
    _ bytes: [UInt8]
  ) throws(JSONSyntaxError) -> (root: LocatedJSON, duplicates: [Duplicate]) {
    var parser = JSONParser(bytes)
    try parser.checkEncoding()
    parser.skipSpace()
    let root = try parser.value(pointer: "", depth: 0)
    parser.skipSpace()
    guard parser.at == bytes.count else {
      throw parser.problem("something follows the end of the document")
    }
    return (root, parser.duplicates)
  }

  /// Parses a value whose positions do not matter; a duplicate name is an error.
  public static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
    let (root, duplicates) = try locate(bytes)
    if let duplicate = duplicates.first {
      throw JSONSyntaxError(
        position: duplicate.position, reason: "the name '\(duplicate.name)' stands twice")
    }
    return root.value
  }

  /// Parses a value in a string.
  public static func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue {
    try parse(Array(text.utf8))
  }

  // MARK: Positions

  private func position(of index: Int) -> SourcePosition {
    // Continuation bytes belong to the scalar before them. Counting goes on from the last place
    // asked for, so that a document on one long line does not cost the square of its length.
    let usable = marker.index >= lineStart && marker.index <= index
    let from = usable ? marker : (index: lineStart, column: 1)
    let column = bytes[from.index..<min(index, bytes.count)].reduce(from.column) {
      $1 & 0xC0 == 0x80 ? $0 : $0 + 1
    }
    return SourcePosition(line: line, column: column)
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
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    guard String(validating: bytes, as: UTF8.self) == nil else { return }
    // Find the first byte that does not fit, so that the message can point at it.
    var good = 0
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      good += UTF8.width(scalar)
      if scalar == "\n" { (line, lineStart) = (line + 1, good) }
    }
    throw problem("this byte is not UTF-8", at: good)
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

  private func shown(_ byte: UInt8?) -> String {
    guard let byte else { return "the end of the file" }
    let rest = String(decoding: bytes[at..<min(at + 4, bytes.count)], as: UTF8.self)
    return byte < 0x20 ? "a control character" : "'\(rest.first ?? "?")'"
  }

  // MARK: Values

  private mutating func value(pointer: String, depth: Int) throws(JSONSyntaxError) -> LocatedJSON {
    guard depth < Self.depthLimit else {
      throw problem("arrays and objects nest deeper than \(Self.depthLimit)")
    }
    let start = mark()
    let form: LocatedJSON.Form
    switch next {
    case UInt8(ascii: "{"): form = try object(pointer: pointer, depth: depth)
    case UInt8(ascii: "["): form = try array(pointer: pointer, depth: depth)
    case UInt8(ascii: "\""): form = .scalar(.string(try string()))
    case .some(0x2D), .some(0x30...0x39): form = .scalar(try number())
    case UInt8(ascii: "t"): form = .scalar(try word("true", .bool(true)))
    case UInt8(ascii: "f"): form = .scalar(try word("false", .bool(false)))
    case UInt8(ascii: "n"): form = .scalar(try word("null", .null))
    case UInt8(ascii: "/"): throw problem("JSON has no comments; use \"description\"")
    case UInt8(ascii: "'"): throw problem("strings are written in double quotes")
    default: throw problem("expected a value, found \(shown(next))")
    }
    return LocatedJSON(form: form, position: start, pointer: pointer)
  }

  private mutating func word(
    _ text: String, _ value: JSONValue
  ) throws(JSONSyntaxError) -> JSONValue {
    guard bytes[at...].starts(with: text.utf8) else {
      throw problem("expected a value, found a word that is not true, false or null")
    }
    at += text.utf8.count
    return value
  }

  private mutating func array(
    pointer: String, depth: Int
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
      elements.append(try value(pointer: "\(pointer)/\(elements.count)", depth: depth + 1))
      skipSpace()
      switch next {
      case UInt8(ascii: ","):
        let comma = at
        at += 1
        skipSpace()
        if next == UInt8(ascii: "]") { throw problem("a comma stands before ']'", at: comma) }
      case UInt8(ascii: "]"):
        at += 1
        return .array(elements)
      case nil: throw problem("the array opened on line \(open.line) never ends")
      default: throw problem("expected ',' or ']', found \(shown(next))")
      }
    }
  }

  private mutating func object(
    pointer: String, depth: Int
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
        if next == nil { throw problem("the object opened on line \(open.line) never ends") }
        throw problem("expected a name in double quotes, found \(shown(next))")
      }
      let place = mark()
      let name = try string()
      if let earlier = first[name] {
        duplicates.append(
          Duplicate(name: name, position: place, first: earlier, pointer: pointer))
      } else {
        first[name] = place
      }
      skipSpace()
      guard next == UInt8(ascii: ":") else {
        throw problem("expected ':' after \"\(name)\", found \(shown(next))")
      }
      at += 1
      skipSpace()
      let step = name.contains { "~/".contains($0) } ? Self.escape(name) : name
      let value = try value(pointer: "\(pointer)/\(step)", depth: depth + 1)
      members.append(LocatedJSON.Member(name: name, position: place, value: value))
      skipSpace()
      switch next {
      case UInt8(ascii: ","):
        let comma = at
        at += 1
        skipSpace()
        if next == UInt8(ascii: "}") { throw problem("a comma stands before '}'", at: comma) }
      case UInt8(ascii: "}"):
        at += 1
        return .object(members)
      case nil: throw problem("the object opened on line \(open.line) never ends")
      default: throw problem("expected ',' or '}', found \(shown(next))")
      }
    }
  }

  /// A pointer step as RFC 6901 writes it.
  static func escape(_ step: String) -> String {
    step.reduce(into: "") { $0 += $1 == "~" ? "~0" : $1 == "/" ? "~1" : String($1) }
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
      if digit(next) { throw problem("a number does not begin with 0", at: start) }
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
      guard digit(next) else { throw problem("a digit must follow the exponent's sign") }
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
          byte == 10 ? "the string never ends" : "a control character must be escaped",
          at: byte == 10 ? start : at)
      default:
        out.append(byte)
        at += 1
      }
    }
    throw problem("the string never ends", at: start)
  }

  private mutating func escapeSequence(into out: inout [UInt8]) throws(JSONSyntaxError) {
    let simple: [UInt8: UInt8] = [
      UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F,
      UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10,
      UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
    ]
    guard let kind = next else { throw problem("the string never ends") }
    if let byte = simple[kind] {
      out.append(byte)
      at += 1
      return
    }
    guard kind == UInt8(ascii: "u") else {
      throw problem("'\\' is followed by \(shown(next)), which escapes nothing", at: at - 1)
    }
    let start = at - 1
    at += 1
    var code = try hexadecimal()
    if code & 0xFC00 == 0xD800, bytes[at...].starts(with: [0x5C, 0x75]) {
      at += 2
      let low = try hexadecimal()
      guard low & 0xFC00 == 0xDC00 else { throw problem("a lone surrogate", at: start) }
      code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
    }
    guard let scalar = Unicode.Scalar(code) else { throw problem("a lone surrogate", at: start) }
    out += String(Character(scalar)).utf8
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
