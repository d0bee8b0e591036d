/// A parser for the subset of Python literals that occurs in `.npy` headers.
struct PythonLiteral {
  /// A value of the dictionary.
  enum Value {
    case text(String)
    case boolean(Bool)
    case tuple([Int])
    /// A list: the fields of a structured dtype, whose content is not needed.
    case list
  }

  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = Array(bytes) }

  /// Parses the whole text as a dictionary.
  mutating func dictionary() throws(ImageError) -> [String: Value] {
    var fields: [String: Value] = [:]
    try expect("{")
    while !take("}") {
      let name = try string()
      try expect(":")
      fields[name] = try value()
      guard take(",") || peek() == UInt8(ascii: "}") else { throw problem }
    }
    guard peek() == nil else { throw problem }
    return fields
  }

  private mutating func value() throws(ImageError) -> Value {
    switch peek() {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "("): return .tuple(try tuple())
    case UInt8(ascii: "["):
      try skipList()
      return .list
    default:
      if take("True") { return .boolean(true) }
      if take("False") { return .boolean(false) }
      throw problem
    }
  }

  private mutating func string() throws(ImageError) -> String {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = bytes[(at + 1)...].firstIndex(of: quote)
    else { throw problem }
    defer { at = end + 1 }
    return String(decoding: bytes[at + 1..<end], as: UTF8.self)
  }

  private mutating func tuple() throws(ImageError) -> [Int] {
    var numbers: [Int] = []
    try expect("(")
    while !take(")") {
      guard peek() != nil else { throw problem }
      let digits = bytes[at...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard let number = Int(String(decoding: digits, as: UTF8.self)), numbers.count < 32 else {
        throw problem
      }
      numbers.append(number)
      at += digits.count
      // Python 2 wrote long integers with an L.
      _ = take("L")
      guard take(",") || peek() == UInt8(ascii: ")") else { throw problem }
    }
    return numbers
  }

  /// Skips a list by matching its brackets; quoted text inside may contain brackets.
  private mutating func skipList() throws(ImageError) {
    var depth = 0
    repeat {
      switch peek() {
      case UInt8(ascii: "'"), UInt8(ascii: "\""): _ = try string()
      case UInt8(ascii: "["):
        depth += 1
        at += 1
      case UInt8(ascii: "]"):
        depth -= 1
        at += 1
      case nil: throw problem
      default: at += 1
      }
    } while depth > 0
  }

  /// The next byte that is not white space.
  private mutating func peek() -> UInt8? {
    while at < bytes.count, bytes[at] == 32 || (9...13).contains(bytes[at]) { at += 1 }
    return at < bytes.count ? bytes[at] : nil
  }

  private mutating func take(_ word: String) -> Bool {
    guard peek() != nil, bytes[at...].starts(with: word.utf8) else { return false }
    at += word.utf8.count
    return true
  }

  private mutating func expect(_ word: String) throws(ImageError) {
    guard take(word) else { throw problem }
  }

  private var problem: ImageError {
    ImageError("the .npy header is damaged at its character \(at + 1)")
  }
}
