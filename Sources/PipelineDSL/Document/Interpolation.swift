/// `${name}` and `${axis.field}` in strings.
///
/// A string that consists of a single reference keeps the type of the value; within a longer
/// string, a scalar is inserted as text. If one of its references is null, the whole string is null.
/// `$${` stands for a literal `${`.
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

  /// The values of the names that a cell can refer to.
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

  /// The pieces of a string; `nil` if a `${` is unterminated.
  static func pieces(of text: String) -> [Piece]? {
    var pieces: [Piece] = []
    var literal = ""
    var rest = Substring(text)
    while let dollar = rest.utf8.firstIndex(of: UInt8(ascii: "$")) {
      literal += rest[..<dollar]
      rest = rest[dollar...]
      if rest.utf8.starts(with: "$${".utf8) {
        literal += "${"
        rest = rest[rest.utf8.index(dollar, offsetBy: 3)...]
      } else if rest.utf8.starts(with: "${".utf8) {
        guard let end = rest.utf8.firstIndex(of: UInt8(ascii: "}")) else { return nil }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        literal = ""
        let inside = rest[rest.utf8.index(dollar, offsetBy: 2)..<end]
        let parts = inside.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        pieces.append(
          .reference(
            Reference(name: String(parts[0]), field: parts.count > 1 ? String(parts[1]) : nil)))
        rest = rest[rest.utf8.index(after: end)...]
      } else {
        literal += "$"
        rest = rest[rest.utf8.index(after: dollar)...]
      }
    }
    literal += rest
    if !literal.isEmpty || pieces.isEmpty { pieces.append(.literal(literal)) }
    return pieces
  }

  /// The value with all references resolved; `nil` if one cannot be resolved, which is reported
  /// where names are checked.
  static func resolve(_ value: JSONValue, in scope: Scope) -> JSONValue? {
    switch value {
    case .string(let text):
      guard text.utf8.contains(UInt8(ascii: "$")) else { return value }
      guard let pieces = pieces(of: text) else { return nil }
      if pieces.count == 1, case .reference(let reference) = pieces[0] {
        return scope.value(of: reference)
      }
      var (resolved, isNull) = ("", false)
      for piece in pieces {
        switch piece {
        case .literal(let text): resolved += text
        case .reference(let reference):
          guard let value = scope.value(of: reference) else { return nil }
          isNull = isNull || value == .null
          resolved += value.text ?? JSONCanonicalForm.text(of: value)
        }
      }
      return isNull ? .null : .string(resolved)
    case .array(let elements):
      let resolved = elements.compactMap { resolve($0, in: scope) }
      return resolved.count == elements.count ? .array(resolved) : nil
    case .object(let object):
      let resolved = object.members.compactMap { member in
        resolve(member.value, in: scope).map { (member.name, $0) }
      }
      return resolved.count == object.count ? .object(JSONObject(resolved)) : nil
    default: return value
    }
  }
}
