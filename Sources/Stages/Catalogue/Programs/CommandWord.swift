internal import PipelineDSL

/// A word of a command line: text, or a number or truth value as JSON writes it, so that
/// `"${size}"` can stand alone in `argv`.
struct CommandWord: ParameterValue, Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static let shape = ParameterShape.text

  init(json: JSONValue) throws(ParameterError) {
    switch json {
    case .string(let text): self.text = text
    case .integer, .number, .bool: text = JSONCanonicalForm.text(of: json)
    case .null, .array, .object:
      throw ParameterError(expected: "a string, a number or a truth value", found: json.found)
    }
  }

  var json: JSONValue { .string(text) }
}
