/// A position in a text file; lines and columns count from 1, columns in Unicode scalars.
public struct SourcePosition: Sendable, Hashable, Comparable {
  /// The line.
  public let line: Int
  /// The column.
  public let column: Int
  /// The index of the file among those of a pipeline: 0 for the pipeline itself, and for every
  /// other kind of document; then its parts in the order in which they are opened.
  public let file: Int

  /// Creates a position.
  public init(line: Int, column: Int, file: Int = 0) {
    (self.line, self.column, self.file) = (line, column, file)
  }

  /// Orders positions by file, then by line, then by column.
  public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}

/// A JSON value with its position, so that a message can point at it.
public struct LocatedJSON: Sendable {
  /// The value; its parts have positions too.
  public indirect enum Form: Sendable {
    /// `null`, a Boolean, a number or a string.
    case scalar(JSONValue)
    /// The elements.
    case array([LocatedJSON])
    /// The members in order, including duplicates.
    case object([Member])
  }

  /// A member of an object.
  public struct Member: Sendable {
    /// The name.
    public let name: String
    /// The position of the name's opening quote.
    public let position: SourcePosition
    /// The value.
    public let value: LocatedJSON
  }

  /// The value.
  public let form: Form
  /// The position of its first character.
  public let position: SourcePosition
  let path: JSONPath

  init(form: Form, position: SourcePosition, path: JSONPath) {
    (self.form, self.position, self.path) = (form, position, path)
  }

  /// A value that no file contains; all its parts have the position and the path of one place.
  init(_ value: JSONValue, at position: SourcePosition, path: JSONPath) {
    let form: Form =
      switch value {
      case .array(let elements):
        .array(elements.map { LocatedJSON($0, at: position, path: path) })
      case .object(let object):
        .object(
          object.members.map {
            Member(
              name: $0.name, position: position,
              value: LocatedJSON($0.value, at: position, path: path))
          })
      default: .scalar(value)
      }
    self.init(form: form, position: position, path: path)
  }

  /// The JSON pointer (RFC 6901) to the value.
  public var pointer: String { path.pointer }

  /// The value without positions; of duplicate members, the first one is used.
  public var value: JSONValue {
    switch form {
    case .scalar(let value): value
    case .array(let elements): .array(elements.map(\.value))
    case .object(let members):
      .object(JSONObject(members.map { ($0.name, $0.value.value) }) { first, _ in first })
    }
  }

  /// The members, if it is an object.
  public var members: [Member]? { if case .object(let members) = form { members } else { nil } }
  /// The elements, if it is an array.
  public var elements: [LocatedJSON]? {
    if case .array(let elements) = form { elements } else { nil }
  }
  /// The string, if it is one.
  public var text: String? { if case .scalar(.string(let text)) = form { text } else { nil } }

  /// The first member with a name.
  public subscript(name: String) -> LocatedJSON? {
    members?.first { $0.name == name }?.value
  }

  /// The part at a path of pointer steps, or the deepest existing part along it.
  public func deepest(_ path: some Collection<String>) -> LocatedJSON {
    guard let step = path.first else { return self }
    let next: LocatedJSON? =
      switch form {
      case .object: self[step]
      case .array(let elements):
        Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      case .scalar: nil
      }
    return next?.deepest(path.dropFirst()) ?? self
  }

  /// Calls a closure for every string in the value.
  func forEachString(_ body: (String, LocatedJSON) -> Void) {
    switch form {
    case .scalar(.string(let text)): body(text, self)
    case .scalar: return
    case .array(let elements): for element in elements { element.forEachString(body) }
    case .object(let members): for member in members { member.value.forEachString(body) }
    }
  }
}
