/// JSON for people and for files under version control: two spaces per level, members in order,
/// arrays of scalars on one line, a line feed at the end.
public enum JSONPrettyForm {
  /// The text of a value.
  ///
  /// Escapes control characters from U+007F to U+009F, which JSON allows and terminals interpret.
  public static func text(of value: JSONValue) -> String {
    let text = text(of: value, depth: 0) + "\n"
    func isControl(_ scalar: Unicode.Scalar) -> Bool { (0x7F..<0xA0).contains(scalar.value) }
    guard text.utf8.contains(where: { $0 == 0x7F || $0 == 0xC2 }),
      text.unicodeScalars.contains(where: isControl)
    else { return text }
    return text.unicodeScalars.reduce(into: "") { line, scalar in
      line += isControl(scalar) ? "\\u00" + String(scalar.value, radix: 16) : String(scalar)
    }
  }

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
