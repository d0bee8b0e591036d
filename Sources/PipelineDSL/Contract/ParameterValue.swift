/// Why a value is invalid for a parameter: what was expected and what was found.
public struct ParameterError: Error, Sendable, Hashable {
  /// The valid values, as a noun phrase: `a whole number from 8 to 1024`.
  public let expected: String
  /// What was found: `a string`, `"mixupp"`, `2000`.
  public let found: String
  /// The position in the value, as steps of a JSON pointer; empty for the value itself.
  public let path: [String]
  /// The known names, among which a close match is suggested.
  public let known: [String]

  /// Creates an error.
  public init(expected: String, found: String, path: [String] = [], known: [String] = []) {
    (self.expected, self.found, self.path, self.known) = (expected, found, path, known)
  }

  /// The same error, as seen from the enclosing value.
  func within(_ step: String) -> ParameterError {
    ParameterError(expected: expected, found: found, path: [step] + path, known: known)
  }
}

/// The form of a parameter's values, as used for help and the JSON Schema.
public indirect enum ParameterShape: Sendable, Hashable {
  /// `true` or `false`.
  case truth
  /// A whole number, optionally within bounds.
  case whole(ClosedRange<Double>?)
  /// A number, optionally within bounds.
  case real(ClosedRange<Double>?)
  /// Any text.
  case text
  /// One of the given names.
  case choice([String])
  /// A path outside the store.
  case location
  /// A list of values of one shape.
  case list(ParameterShape)
  /// An object whose values all have one shape, under names that the user chooses.
  case map(ParameterShape)
  /// The shape, or `null`.
  case optional(ParameterShape)
  /// Any JSON value.
  case any
}

/// A type whose values can be written as a parameter in JSON.
public protocol ParameterValue: Sendable {
  /// The form of the values.
  static var shape: ParameterShape { get }
  /// Reads a value; throws if it is invalid.
  init(json: JSONValue) throws(ParameterError)
  /// The value as JSON; reading it back yields an equal value.
  var json: JSONValue { get }
}

/// A named option: `enum Method: String, ParameterChoice { case area, bicubic }`.
public protocol ParameterChoice: ParameterValue, CaseIterable, RawRepresentable
where RawValue == String {}

extension ParameterChoice {
  /// One of the cases' raw values.
  public static var shape: ParameterShape { .choice(allCases.map(\.rawValue)) }

  /// Reads a case from its raw value.
  public init(json: JSONValue) throws(ParameterError) {
    let known = Self.allCases.map(\.rawValue)
    guard let text = json.text, let value = Self(rawValue: text) else {
      throw ParameterError(
        expected: "one of " + known.joined(separator: ", "), found: json.found, known: known)
    }
    self = value
  }

  /// The raw value.
  public var json: JSONValue { .string(rawValue) }
}

extension JSONValue {
  /// The value as shown in a message: scalars as written (long strings cut), other values by kind.
  public var found: String {
    switch self {
    case .array, .object: kindName
    case .string(let text) where text.utf8.count > 80:
      JSONCanonicalForm.text(of: .string(text.prefix(60) + "..."))
    default: JSONCanonicalForm.text(of: self)
    }
  }
}

extension Bool: ParameterValue {
  /// A Boolean.
  public static var shape: ParameterShape { .truth }
  /// Reads `true` or `false`.
  public init(json: JSONValue) throws(ParameterError) {
    guard let value = json.truth else {
      throw ParameterError(expected: "true or false", found: json.found)
    }
    self = value
  }
  /// The literal.
  public var json: JSONValue { .bool(self) }
}

extension Int: ParameterValue {
  /// A whole number.
  public static var shape: ParameterShape { .whole(nil) }
  /// Reads a whole number.
  public init(json: JSONValue) throws(ParameterError) {
    guard let value = json.whole else {
      throw ParameterError(expected: "a whole number", found: json.found)
    }
    self = value
  }
  /// The number.
  public var json: JSONValue { .integer(self) }
}

extension Double: ParameterValue {
  /// A number.
  public static var shape: ParameterShape { .real(nil) }
  /// Reads a number.
  public init(json: JSONValue) throws(ParameterError) {
    guard let value = json.real else {
      throw ParameterError(expected: "a number", found: json.found)
    }
    self = value
  }
  /// The number.
  public var json: JSONValue { .number(self) }
}

extension String: ParameterValue {
  /// Text.
  public static var shape: ParameterShape { .text }
  /// Reads a string.
  public init(json: JSONValue) throws(ParameterError) {
    guard let value = json.text else {
      throw ParameterError(expected: "a string", found: json.found)
    }
    self = value
  }
  /// The string.
  public var json: JSONValue { .string(self) }
}

extension JSONValue: ParameterValue {
  /// Anything.
  public static var shape: ParameterShape { .any }
  /// Stores the value unchanged.
  public init(json: JSONValue) throws(ParameterError) { self = json }
  /// The value itself.
  public var json: JSONValue { self }
}

extension Optional: ParameterValue where Wrapped: ParameterValue {
  /// The wrapped shape, or `null`.
  public static var shape: ParameterShape { .optional(Wrapped.shape) }
  /// Reads `null` as `nil`.
  public init(json: JSONValue) throws(ParameterError) {
    if case .null = json { self = nil } else { self = try Wrapped(json: json) }
  }
  /// The value, or `null`.
  public var json: JSONValue { self?.json ?? .null }
}

extension Array: ParameterValue where Element: ParameterValue {
  /// A list of the element's shape.
  public static var shape: ParameterShape { .list(Element.shape) }
  /// Reads a list.
  public init(json: JSONValue) throws(ParameterError) {
    guard let elements = json.elements else {
      throw ParameterError(expected: "an array", found: json.found)
    }
    self = []
    for (index, element) in elements.enumerated() {
      do { append(try Element(json: element)) } catch { throw error.within(String(index)) }
    }
  }
  /// The list.
  public var json: JSONValue {
    // A closure, because a key path through a generic type is rebuilt at every use.
    .array(map { $0.json })
  }
}

extension Dictionary: ParameterValue where Key == String, Value: ParameterValue {
  /// A map of the value's shape.
  public static var shape: ParameterShape { .map(Value.shape) }
  /// Reads an object.
  public init(json: JSONValue) throws(ParameterError) {
    guard let object = json.object else {
      throw ParameterError(expected: "an object", found: json.found)
    }
    self = [:]
    for member in object.members {
      do { self[member.name] = try Value(json: member.value) } catch {
        throw error.within(member.name)
      }
    }
  }
  /// The object, sorted by name.
  public var json: JSONValue {
    .object(JSONObject(sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }))
  }
}

/// A folder or file outside the store.
///
/// Its content is part of the key; its path is not part of any key or artifact.
public struct Location: ParameterValue, Hashable {
  /// The path as the user wrote it, relative to the working directory or absolute.
  public var path: String

  /// Creates a location at a path.
  public init(_ path: String) { self.path = path }

  /// A location.
  public static var shape: ParameterShape { .location }
  /// Reads a path.
  public init(json: JSONValue) throws(ParameterError) {
    guard let path = json.text, !path.isEmpty else {
      throw ParameterError(expected: "the path of a folder or file", found: json.found)
    }
    self.path = path
  }
  /// The path.
  public var json: JSONValue { .string(path) }
}
