internal import PipelineDSL

/// A command-line argument: text, or a number or Boolean formatted as in JSON, so that `"${size}"`
/// can stand alone in `argv`.
struct CommandWord: ParameterValue, Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static let shape = ParameterShape.text

  init(json: JSONValue) throws(ParameterError) {
    switch json {
    case .string(let text): self.text = text
    case .integer, .number, .bool: text = JSONCanonicalForm.text(of: json)
    case .null, .array, .object:
      throw ParameterError(expected: "a string, a number, true or false", found: json.found)
    }
  }

  var json: JSONValue { .string(text) }
}
