/// A problem in a pipeline, with its position.
public struct Diagnostic: Sendable, Hashable {
  /// The kind of problem.
  public let code: DiagnosticCode
  /// The file: the pipeline as it was named on the command line, or the path of a part.
  public let file: String
  /// The position in the file, if the problem has one.
  public let position: SourcePosition?
  /// The JSON pointer to the affected value in this file.
  public let pointer: String
  /// What was expected and what was found.
  public let message: String
  /// A known name close to what was written.
  public let suggestion: String?

  /// `file:line:column: error: message; did you mean 'x'? (at /pointer) [code]`.
  public var text: String {
    var text = file
    if let position { text += ":\(position.line):\(position.column)" }
    text += ": error: \(sentence)"
    if !pointer.isEmpty { text += " (at \(pointer))" }
    text += " [\(code.rawValue)]"
    return text.onOneLine
  }

  /// The message with the suggestion, on one line.
  var sentence: String {
    (message + (suggestion.map { "; did you mean '\($0)'?" } ?? "")).onOneLine
  }

  /// The diagnostic as data.
  public var json: JSONValue {
    var object: JSONObject = [
      "code": .string(code.rawValue), "file": .string(file), "message": .string(message),
    ]
    if let position {
      object["line"] = .integer(position.line)
      object["column"] = .integer(position.column)
    }
    object["pointer"] = .string(pointer)
    if let suggestion { object["suggestion"] = .string(suggestion) }
    return .object(object)
  }
}

/// All problems of a pipeline, thrown after the whole document has been checked.
public struct Diagnostics: Error, Sendable, CustomStringConvertible {
  /// The problems in the order of the files and of their lines, without duplicates.
  public let list: [Diagnostic]

  /// One line per problem.
  public var description: String { list.map(\.text).joined(separator: "\n") }
}

extension String {
  /// The text with control characters escaped as `\u{1b}`, so that a name cannot split a message or
  /// move the terminal's cursor.
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
  /// The pipeline, then its parts in the order in which they were opened.
  private(set) var files: [String]
  private(set) var list: [Diagnostic] = []
  private var seen: Set<Diagnostic> = []

  init(file: String) { files = [file] }

  /// Adds a part, and returns its index for positions.
  mutating func add(file: String) -> Int {
    files.append(file)
    return files.count - 1
  }

  /// `file:line:column`, for messages that name a second place.
  func place(_ position: SourcePosition) -> String {
    "\(files[position.file]):\(position.line):\(position.column)"
  }

  /// Reports a problem at a value.
  mutating func report(
    _ code: DiagnosticCode, _ message: String, at node: LocatedJSON, written: String? = nil,
    known: [String] = []
  ) {
    report(code, message, at: node.position, pointer: node.pointer, written: written, known: known)
  }

  /// Reports a problem at a position.
  mutating func report(
    _ code: DiagnosticCode, _ message: String, at position: SourcePosition?, pointer: String,
    written: String? = nil, known: [String] = []
  ) {
    let diagnostic = Diagnostic(
      code: code, file: files[position?.file ?? 0], position: position, pointer: pointer,
      message: message,
      suggestion: written.flatMap { NearestName.find($0, among: known) })
    if seen.insert(diagnostic).inserted { list.append(diagnostic) }
  }

  /// All problems so far, in the order of the files and of their lines.
  var sorted: Diagnostics {
    let start = SourcePosition(line: 0, column: 0)
    return Diagnostics(
      list: list.enumerated().sorted {
        ($0.element.position ?? start, $0.offset) < ($1.element.position ?? start, $1.offset)
      }.map(\.element))
  }
}
