/// Why a value does not fit a parameter: what was expected, and what stood there instead.
public struct ParameterError: Error, Sendable, Hashable {
  /// What would have fitted, as a noun phrase: `a whole number from 8 to 1024`.
  public let expected: String
  /// What was found: `a string`, `"mixupp"`, `2000`.
  public let found: String
  /// Where in the value, as steps of a JSON pointer; empty for the value itself.
  public let path: [String]
  /// The known names among which a close one may be meant.
  public let known: [String]

  /// A problem.
  public init(expected: String, found: String, path: [String] = [], known: [String] = []) {
    (self.expected, self.found, self.path, self.known) = (expected, found, path, known)
  }

  /// The same problem seen from one level further out.
  func within(_ step: String) -> ParameterError {
    ParameterError(expected: expected, found: found, path: [step] + path, known: known)
  }
}

/// The form of a parameter's values, for help and for the JSON Schema.
public indirect enum ParameterShape: Sendable, Hashable {
  /// `true` or `false`.
  case truth
  /// A whole number within bounds, if any.
  case whole(ClosedRange<Double>?)
  /// A number within bounds, if any.
  case real(ClosedRange<Double>?)
  /// Any text.
  case text
  /// One of some names.
  case choice([String])
  /// A path outside the store.
  case location
  /// A list of values of one shape.
  case list(ParameterShape)
  /// Values of one shape under names the user chooses.
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
  /// Reads a value; throws what does not fit.
  init(json: JSONValue) throws(ParameterError)
  /// The value as JSON: reading it back gives an equal value.
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
  /// How a message shows this value: scalars as they are written (long strings cut short), the rest
  /// by kind.
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
  /// A truth value.
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
  /// Takes the value as it is.
  public init(json: JSONValue) throws(ParameterError) { self = json }
  /// The value itself.
  public var json: JSONValue { self }
}

extension Optional: ParameterValue where Wrapped: ParameterValue {
  /// The wrapped shape, or `null`.
  public static var shape: ParameterShape { .optional(Wrapped.shape) }
  /// Reads `null` as none.
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
    // A closure, since a key path through a generic type is put together anew at every use.
    .array(map { $0.json })
  }
}

extension Dictionary: ParameterValue where Key == String, Value: ParameterValue {
  /// A map to the value's shape.
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
  /// The object, names sorted.
  public var json: JSONValue {
    .object(JSONObject(sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }))
  }
}

/// A folder or file outside the store.
///
/// Its path enters neither key nor artifact; its content does.
public struct Location: ParameterValue, Hashable {
  /// The path as the user wrote it, relative to the working directory or absolute.
  public var path: String

  /// A location at a path.
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
