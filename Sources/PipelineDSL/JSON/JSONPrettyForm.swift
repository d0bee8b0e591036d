/// JSON for people and for files under version control: two spaces a level, members in their order,
/// arrays of scalars on one line, a line end at the end.
public enum JSONPrettyForm {
  /// The text of a value.
  public static func text(of value: JSONValue) -> String { text(of: value, depth: 0) + "\n" }

  private static func text(of value: JSONValue, depth: Int) -> String {
    let indent = String(repeating: "  ", count: depth + 1)
    let close = String(repeating: "  ", count: depth)
    switch value {
    case .array(let elements) where !elements.isEmpty:
      let flat = elements.allSatisfy { $0.elements == nil && $0.object == nil }
      let parts = elements.map { text(of: $0, depth: depth + 1) }
      if flat { return "[" + parts.joined(separator: ", ") + "]" }
      return "[\n" + parts.map { indent + $0 }.joined(separator: ",\n") + "\n\(close)]"
    case .object(let object) where !object.isEmpty:
      let parts = object.members.map { member in
        indent + JSONCanonicalForm.text(of: .string(member.name)) + ": "
          + text(of: member.value, depth: depth + 1)
      }
      return "{\n" + parts.joined(separator: ",\n") + "\n\(close)}"
    default: return JSONCanonicalForm.text(of: value)
    }
  }
}
