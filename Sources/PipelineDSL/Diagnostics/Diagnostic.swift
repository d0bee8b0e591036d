/// One thing that is wrong with a pipeline, and where.
public struct Diagnostic: Sendable, Hashable {
  /// The file, as the user named it.
  public let file: String
  /// The place, if the problem has one in the file.
  public let position: SourcePosition?
  /// The JSON pointer to what is wrong.
  public let pointer: String
  /// The sentence: what was expected and what was found.
  public let message: String
  /// A known name close to what was written.
  public let suggestion: String?

  /// `file:line:column: error: message; did you mean 'x'? (at /pointer)`.
  public var text: String {
    var text = file
    if let position { text += ":\(position.line):\(position.column)" }
    text += ": error: \(message)"
    if let suggestion { text += "; did you mean '\(suggestion)'?" }
    if !pointer.isEmpty { text += " (at \(pointer))" }
    return text.onOneLine
  }

  /// The diagnostic as data.
  public var json: JSONValue {
    var object: JSONObject = ["file": .string(file), "message": .string(message)]
    if let position {
      object["line"] = .integer(position.line)
      object["column"] = .integer(position.column)
    }
    object["pointer"] = .string(pointer)
    if let suggestion { object["suggestion"] = .string(suggestion) }
    return .object(object)
  }
}

/// All that is wrong with a pipeline; thrown once everything was looked at.
public struct Diagnostics: Error, Sendable, CustomStringConvertible {
  /// The problems, in the order of the file, each once.
  public let list: [Diagnostic]

  /// A line a problem.
  public var description: String { list.map(\.text).joined(separator: "\n") }
}

extension String {
  /// The same text with control characters as `\u{1b}`, so that a name cannot break a message in
  /// two or move a terminal's cursor.
  fileprivate var onOneLine: String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.generalCategory == .control
    }
    guard unicodeScalars.contains(where: isControl) else { return self }
    return unicodeScalars.reduce(into: "") { line, scalar in
      line += isControl(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
  }
}

/// Collects problems while a document is read.
struct DiagnosticCollector {
  let file: String
  private(set) var list: [Diagnostic] = []
  private var seen: Set<Diagnostic> = []

  init(file: String) { self.file = file }

  /// Reports a problem at a value.
  mutating func report(
    _ message: String, at node: LocatedJSON, written: String? = nil, known: [String] = []
  ) {
    report(message, at: node.position, pointer: node.pointer, written: written, known: known)
  }

  /// Reports a problem at a place.
  mutating func report(
    _ message: String, at position: SourcePosition?, pointer: String, written: String? = nil,
    known: [String] = []
  ) {
    let diagnostic = Diagnostic(
      file: file, position: position, pointer: pointer, message: message,
      suggestion: written.flatMap { NearestName.find($0, among: known) })
    if seen.insert(diagnostic).inserted { list.append(diagnostic) }
  }

  /// Everything found so far, in the order of the file.
  var sorted: Diagnostics {
    let start = SourcePosition(line: 0, column: 0)
    return Diagnostics(
      list: list.enumerated().sorted {
        ($0.element.position ?? start, $0.offset) < ($1.element.position ?? start, $1.offset)
      }.map(\.element))
  }
}
