/// A JSON value without positions, as used for resolved parameters and keys.
///
/// Objects keep the order of their members; equality does not depend on it.
public enum JSONValue: Sendable {
  /// The literal `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction or exponent that fits in 64 bits.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object.
  case object(JSONObject)
}

/// The members of a JSON object, in the order they were written.
public struct JSONObject: Sendable {
  /// The names, in order and without duplicates.
  public private(set) var names: [String] = []
  /// The value of each name.
  private var values: [JSONValue] = []
  /// The index of each name, only in objects too large for linear search: most objects are small,
  /// and a pipeline of thousands of stages has tens of thousands of them.
  private var places: [String: Int] = [:]
  private static let few = 12

  /// Creates an object without members.
  public init() {}

  /// Creates an object with the given members; of equal names, the last one wins.
  public init(_ members: [(String, JSONValue)]) {
    reserve(members.count)
    for (name, value) in members { self[name] = value }
  }

  /// Creates an object from names without duplicates, which many objects can share, and the value
  /// of each.
  init(names: [String], _ values: [JSONValue]) {
    (self.names, self.values) = (names, values)
    findPlaces()
  }

  /// Creates an object with the given members; a closure chooses between the values of equal names.
  init(_ members: [(String, JSONValue)], uniquing: (JSONValue, JSONValue) -> JSONValue) {
    reserve(members.count)
    for (name, value) in members { self[name] = self[name].map { uniquing($0, value) } ?? value }
  }

  private mutating func reserve(_ count: Int) {
    names.reserveCapacity(count)
    values.reserveCapacity(count)
  }

  private func place(of name: String) -> Int? {
    names.count > Self.few ? places[name] : names.firstIndex(of: name)
  }

  private mutating func findPlaces() {
    guard names.count > Self.few else { return places = [:] }
    places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
  }

  /// The value under a name; setting `nil` removes the member.
  public subscript(name: String) -> JSONValue? {
    get { place(of: name).map { values[$0] } }
    set {
      let place = place(of: name)
      if let newValue, let place {
        values[place] = newValue
      } else if let newValue {
        names.append(name)
        values.append(newValue)
        if places.isEmpty { findPlaces() } else { places[name] = names.count - 1 }
      } else if let place {
        names.remove(at: place)
        values.remove(at: place)
        findPlaces()
      }
    }
  }

  /// The members in order.
  public var members: [(name: String, value: JSONValue)] {
    names.indices.map { (names[$0], values[$0]) }
  }

  /// Whether another object has the same names in the same order, byte by byte.
  func hasNames(of other: JSONObject) -> Bool {
    count == other.count
      && zip(names, other.names).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
  }

  /// The number of members.
  public var count: Int { names.count }

  /// Whether there are no members.
  public var isEmpty: Bool { names.isEmpty }
}

extension JSONObject: Hashable {
  /// Whether both contain equal values under the same names, in any order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count
      && left.names.indices.allSatisfy { right[left.names[$0]] == left.values[$0] }
  }

  /// Hashes the members independently of their order.
  public func hash(into hasher: inout Hasher) {
    var sum = 0
    for (name, value) in members {
      var member = Hasher()
      member.combine(name)
      member.combine(value)
      sum ^= member.finalize()
    }
    hasher.combine(count)
    hasher.combine(sum)
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Creates an object from literal members.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

extension JSONValue: Hashable {
  /// Whether two values are equal: `1` equals `1.0`, the order of members is ignored, and strings
  /// are compared byte by byte.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): Int(exactly: b) == a
    case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }

  /// Hashes equal numbers equally, however they are written.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .number(let value):
      if let whole = Int(exactly: value) { hasher.combine(whole) } else { hasher.combine(value) }
    case .string(let value): hasher.combine(value)
    case .array(let value): hasher.combine(value)
    case .object(let value): hasher.combine(value)
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Creates a string from a literal.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Creates a whole number from a literal.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// Creates a number from a literal.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Creates a Boolean from a literal.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Creates an array from a literal.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Creates an object from a literal.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements))
  }
}

extension JSONValue {
  /// The kind of value, as shown in messages: `a string`, `an object` and so on.
  public var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer: "a whole number"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The string, if it is one.
  public var text: String? { if case .string(let value) = self { value } else { nil } }
  /// The Boolean, if it is one.
  public var truth: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The elements, if it is an array.
  public var elements: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  /// The object, if it is one.
  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// The whole number, if the value is one exactly: `3` and `3.0` are, `3.5` is not.
  public var whole: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The number, if it is one.
  public var real: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The value under a name, if this is an object that contains it.
  public subscript(name: String) -> JSONValue? { object?[name] }
}
