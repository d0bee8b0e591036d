/// The JSON Schema (draft 2020-12) of profile files, for editors.
public enum ProfileSchema {
  /// The schema.
  public static func make() -> JSONValue {
    var properties: JSONObject = [
      "$schema": PipelineSchema.described(
        ["type": "string"],
        "The path of this schema, for editors: assay schema --profile prints it.")
    ]
    for field in ProfileField.all {
      properties[field.name] = PipelineSchema.described(form(of: field.form), field.help)
    }
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Assay profile",
      "type": "object",
      "required": ["executor"],
      "additionalProperties": false,
      "properties": .object(properties),
    ]
  }

  private static func form(of form: ProfileField.Form) -> JSONValue {
    let text: JSONValue = ["type": "string", "minLength": 1]
    return switch form {
    case .text: text
    case .texts: ["type": "array", "items": text]
    case .choice(let names): ["enum": .array(names.map { .string($0) })]
    case .whole(let range):
      [
        "type": "integer", "minimum": .integer(range.lowerBound),
        "maximum": .integer(range.upperBound),
      ]
    case .seconds(let range):
      [
        "type": "number", "minimum": .integer(range.lowerBound),
        "maximum": .integer(range.upperBound),
      ]
    case .memory: PipelineSchema.memory
    case .time: PipelineSchema.time
    case .truth: ["type": "boolean"]
    }
  }
}
