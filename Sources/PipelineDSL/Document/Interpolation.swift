/// `${name}` and `${axis.field}` in strings.
///
/// A string that is one reference keeps the type of what it refers to; inside a longer string a
/// scalar is written as text. `$${` stands for `${` itself.
enum Interpolation {
  /// A reference, as written.
  struct Reference: Hashable {
    let name: String
    let field: String?
    var text: String { field.map { "\(name).\($0)" } ?? name }
  }

  /// A piece of a string.
  enum Piece {
    case literal(String)
    case reference(Reference)
  }

  /// What the names in a cell stand for.
  struct Scope {
    let parameters: JSONObject
    var coordinates: [String: AxisValue] = [:]

    /// The value of a reference; `nil` if the name or the field is unknown.
    func value(of reference: Reference) -> JSONValue? {
      if let axis = coordinates[reference.name] {
        guard let field = reference.field else { return axis.label }
        return axis.fields[field]
      }
      guard let value = parameters[reference.name] else { return nil }
      guard let field = reference.field else { return value }
      return value[field]
    }
  }

  /// The pieces of a string; `nil` if a `${` never ends.
  static func pieces(of text: String) -> [Piece]? {
    var pieces: [Piece] = []
    var literal = ""
    var rest = Substring(text)
    while let dollar = rest.firstIndex(of: "$") {
      literal += rest[..<dollar]
      rest = rest[dollar...]
      if rest.hasPrefix("$${") {
        literal += "${"
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("${") {
        guard let end = rest.firstIndex(of: "}") else { return nil }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        literal = ""
        let inside = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
        let parts = inside.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        pieces.append(
          .reference(
            Reference(name: String(parts[0]), field: parts.count > 1 ? String(parts[1]) : nil)))
        rest = rest[rest.index(after: end)...]
      } else {
        literal += "$"
        rest = rest.dropFirst()
      }
    }
    literal += rest
    if !literal.isEmpty || pieces.isEmpty { pieces.append(.literal(literal)) }
    return pieces
  }

  /// The value with every reference resolved; unknown ones were reported before and give `null`.
  static func resolve(_ value: JSONValue, in scope: Scope) -> JSONValue {
    switch value {
    case .string(let text):
      guard text.contains("$"), let pieces = pieces(of: text) else { return value }
      if pieces.count == 1, case .reference(let reference) = pieces[0] {
        return scope.value(of: reference) ?? .null
      }
      return .string(
        pieces.map { piece in
          switch piece {
          case .literal(let text): text
          case .reference(let reference):
            scope.value(of: reference).map { $0.text ?? JSONCanonicalForm.text(of: $0) } ?? ""
          }
        }.joined())
    case .array(let elements): return .array(elements.map { resolve($0, in: scope) })
    case .object(let object):
      return .object(JSONObject(object.members.map { ($0.name, resolve($0.value, in: scope)) }))
    default: return value
    }
  }
}
