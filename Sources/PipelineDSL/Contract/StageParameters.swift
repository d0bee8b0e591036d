/// The parameters of a stage kind: a value type whose initial values are the defaults.
public protocol StageParameters: Sendable {
  /// Creates parameters with all defaults.
  init()
  /// All parameters a user can set, in the order shown in help.
  static var fields: [ParameterField<Self>] { get }
  /// Conflicts between parameters that are individually valid, one sentence each.
  func conflicts() -> [String]
}

extension StageParameters {
  /// No conflicts.
  public func conflicts() -> [String] { [] }
}

/// The parameters of a stage kind that has none.
public struct NoParameters: StageParameters {
  /// Creates the empty parameters.
  public init() {}
  /// No fields.
  public static var fields: [ParameterField<Self>] { [] }
}

/// A parameter: its name, shape, bounds, help, and access to the property.
public struct ParameterField<Root: StageParameters>: Sendable {
  /// The description shown in help, documentation and the JSON Schema.
  public let description: ParameterDescription
  /// The parameter's value as JSON.
  public let read: @Sendable (Root) -> JSONValue
  let write: @Sendable (inout Root, JSONValue) throws(ParameterError) -> Void

  /// Creates a parameter.
  ///
  /// - Parameters:
  ///   - name: The name in JSON.
  ///   - path: The property that stores it; its initial value is the default.
  ///   - required: Whether the user must set it.
  ///   - bounds: Inclusive bounds of a number, or of each number of a list.
  ///   - keyed: Whether it is part of the key; `false` only if it does not affect any output.
  ///   - help: One line, with the unit.
  public init<Value: ParameterValue>(
    _ name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, required: Bool = false,
    in bounds: ClosedRange<Double>? = nil, keyed: Bool = true, _ help: String
  ) {
    let shape = Value.shape.bounded(by: bounds)
    precondition(
      !shape.hidesLocation,
      "'\(name)': a location must not be nested in a list or map: its path would enter keys")
    description = ParameterDescription(
      name: name, shape: shape, initial: required ? nil : Root()[keyPath: path].json,
      isKeyed: keyed, help: help)
    read = { $0[keyPath: path].json }
    write = { (root, json) throws(ParameterError) in
      let value = try Value(json: json)
      try shape.checkBounds(json)
      root[keyPath: path] = value
    }
  }

  private init(
    _ description: ParameterDescription, read: @escaping @Sendable (Root) -> JSONValue,
    write: @escaping @Sendable (inout Root, JSONValue) throws(ParameterError) -> Void
  ) {
    (self.description, self.read, self.write) = (description, read, write)
  }

  /// The same parameter of a kind whose parameters contain these, so that one list serves both.
  ///
  /// Its default is the value that the containing parameters begin with.
  public func inside<Outer: StageParameters>(
    _ path: any WritableKeyPath<Outer, Root> & Sendable
  ) -> ParameterField<Outer> {
    let (read, write) = (read, write)
    return ParameterField<Outer>(
      ParameterDescription(
        name: description.name, shape: description.shape,
        initial: description.initial == nil ? nil : read(Outer()[keyPath: path]),
        isKeyed: description.isKeyed, help: description.help),
      read: { read($0[keyPath: path]) },
      write: { (root, json) throws(ParameterError) in try write(&root[keyPath: path], json) })
  }
}

/// A description of a parameter for users.
public struct ParameterDescription: Sendable, Hashable {
  /// The name in JSON.
  public let name: String
  /// The form of its values, with bounds.
  public let shape: ParameterShape
  /// The default; `nil` when the user must set it.
  public let initial: JSONValue?
  /// Whether it is part of the key, as almost all parameters are.
  public let isKeyed: Bool
  /// One line of help.
  public let help: String

  /// Whether this parameter names a location.
  public var isLocation: Bool { shape == .location || shape == .optional(.location) }
}

extension ParameterShape {
  /// The same shape with bounds on its numbers.
  func bounded(by bounds: ClosedRange<Double>?) -> ParameterShape {
    guard let bounds else { return self }
    return switch self {
    case .whole: .whole(bounds)
    case .real: .real(bounds)
    case .list(let element): .list(element.bounded(by: bounds))
    case .map(let element): .map(element.bounded(by: bounds))
    case .optional(let wrapped): .optional(wrapped.bounded(by: bounds))
    default: preconditionFailure("bounds on \(phrase), which has no numbers")
    }
  }

  /// Whether it is a list or map of locations, whose content would not be part of the key.
  fileprivate var hidesLocation: Bool {
    switch self {
    case .list(let part), .map(let part): part.holdsLocation
    case .optional(let wrapped): wrapped.hidesLocation
    default: false
    }
  }

  private var holdsLocation: Bool {
    switch self {
    case .location: true
    case .list(let part), .map(let part), .optional(let part): part.holdsLocation
    default: false
    }
  }

  /// Throws an error for the first number out of bounds.
  func checkBounds(_ json: JSONValue) throws(ParameterError) {
    switch (self, json) {
    case (.whole(let bounds?), _), (.real(let bounds?), _):
      guard let number = json.real, !bounds.contains(number) else { return }
      throw ParameterError(expected: phrase, found: json.found)
    case (.optional(let wrapped), _): try wrapped.checkBounds(json)
    case (.list(let element), .array(let elements)):
      for (index, value) in elements.enumerated() {
        do { try element.checkBounds(value) } catch { throw error.within(String(index)) }
      }
    case (.map(let element), .object(let object)):
      for member in object.members {
        do { try element.checkBounds(member.value) } catch { throw error.within(member.name) }
      }
    default: return
    }
  }

  /// The shape as a noun phrase: `a whole number from 8 to 1024`.
  public var phrase: String {
    func range(_ bounds: ClosedRange<Double>?) -> String {
      guard let bounds else { return "" }
      let low = bounds.lowest.map(JSONCanonicalForm.text(of:))
      let high = bounds.highest.map(JSONCanonicalForm.text(of:))
      return switch (low, high) {
      case (let low?, let high?): " from \(low) to \(high)"
      case (let low?, nil): " of at least \(low)"
      case (nil, let high?): " of at most \(high)"
      case (nil, nil): ""
      }
    }
    return switch self {
    case .truth: "true or false"
    case .whole(let bounds): "a whole number" + range(bounds)
    case .real(let bounds): "a number" + range(bounds)
    case .text: "a string"
    case .choice(let names): "one of " + names.joined(separator: ", ")
    case .location: "a path"
    case .list(let element): "a list, each " + element.phrase
    case .map(let element): "an object, each value " + element.phrase
    case .optional(let wrapped): wrapped.phrase + ", or null"
    case .any: "any value"
    }
  }
}

extension ClosedRange<Double> {
  /// The lower bound; `nil` if the range has none.
  var lowest: Double? { lowerBound > -.greatestFiniteMagnitude ? lowerBound : nil }
  /// The upper bound; `nil` if the range has none.
  var highest: Double? { upperBound < .greatestFiniteMagnitude ? upperBound : nil }
}
