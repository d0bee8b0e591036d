/// The lines and words of a model file of libsvm or liblinear.
struct TextFile {
  private let bytes: [UInt8]
  private let file: String
  private var offset = 0

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// The words of the next line, or nil at the end.
  mutating func line() -> [Substring]? {
    guard offset < bytes.count else { return nil }
    let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    defer { offset = end + 1 }
    // Bytes are split faster than characters.
    let words = String(decoding: bytes[offset..<end], as: UTF8.self).utf8.split(
      separator: UInt8(ascii: " "))
    return words.map { Substring($0) }
  }

  /// The number of bytes, which bounds the size of any table in the file.
  var count: Int { bytes.count }

  /// Finite numbers; throws an error that names `what`.
  func doubles(_ words: some Sequence<Substring>, _ what: String) throws(ClassifierError)
    -> [Double]
  {
    var values: [Double] = []
    for word in words {
      guard let value = Double(word), value.isFinite else {
        throw error("\(what) contains \(excerpt(word)), not a finite number")
      }
      values.append(value)
    }
    return values
  }

  /// Whole numbers in a range; throws an error that names `what`.
  func integers(
    _ words: some Sequence<Substring>, _ what: String, in range: ClosedRange<Int>
  ) throws(ClassifierError) -> [Int] {
    var values: [Int] = []
    for word in words {
      guard let value = Int(word), range.contains(value) else {
        throw error("\(what) contains \(excerpt(word))")
      }
      values.append(value)
    }
    return values
  }

  /// The lines before one that consists of `last`, by their first word; each may occur once.
  ///
  /// Throws if the file does not end with a line break too, so that no number is cut short.
  mutating func header(until last: Substring) throws(ClassifierError) -> [Substring: [Substring]] {
    try check(bytes.last == UInt8(ascii: "\n")) { "it is cut short" }
    var members: [Substring: [Substring]] = [:]
    while let words = line() {
      guard let name = words.first else { throw error("a line of the header is empty") }
      if words == [last] { return members }
      try check(members.updateValue(Array(words.dropFirst()), forKey: name) == nil) {
        "\(excerpt(name)) occurs twice"
      }
      try check(members.count <= 16) { "the header is too long" }
    }
    throw error("it ends before \(last)")
  }

  func check(_ holds: Bool, _ what: () -> String) throws(ClassifierError) {
    guard holds else { throw error(what()) }
  }

  func error(_ what: String) -> ClassifierError { FileDamage.error(file, what) }

  private func excerpt(_ word: Substring) -> String { String(word.prefix(40)) }
}
