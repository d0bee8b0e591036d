extension PipelineSchema {
  /// Holds stages of a kind to its parameters, with their help.
  static func rule(for kind: StageDescriptor) -> JSONValue {
    var properties = JSONObject()
    for parameter in kind.parameters {
      var schema: JSONObject = [
        "anyOf": [form(of: parameter.shape), reference], "description": .string(parameter.help),
      ]
      if let initial = parameter.initial { schema["default"] = initial }
      properties[parameter.name] = .object(schema)
    }
    let required = kind.parameters.filter { $0.initial == nil }.map { JSONValue.string($0.name) }
    var with: JSONObject = [
      "additionalProperties": false, "properties": .object(properties),
      "description": .string("The parameters of \(kind.name)."),
    ]
    var then: JSONObject = [:]
    if !required.isEmpty {
      with["required"] = .array(required)
      then["required"] = ["with"]
    }
    then["description"] = .string(kind.summary)
    then["properties"] = ["with": .object(with)]
    return [
      "if": ["required": ["uses"], "properties": ["uses": ["const": .string(kind.name)]]],
      "then": .object(then),
    ]
  }

  private static func form(of shape: ParameterShape) -> JSONValue {
    func number(_ type: String, _ bounds: ClosedRange<Double>?) -> JSONValue {
      var object: JSONObject = ["type": .string(type)]
      if let lowest = bounds?.lowest { object["minimum"] = .number(lowest) }
      if let highest = bounds?.highest { object["maximum"] = .number(highest) }
      return .object(object)
    }
    return switch shape {
    case .truth: ["type": "boolean"]
    case .whole(let bounds): number("integer", bounds)
    case .real(let bounds): number("number", bounds)
    case .text, .location: ["type": "string"]
    case .choice(let names): ["enum": .array(names.map { .string($0) })]
    case .list(let element): ["type": "array", "items": ["anyOf": [form(of: element), reference]]]
    case .map(let value):
      ["type": "object", "additionalProperties": ["anyOf": [form(of: value), reference]]]
    case .optional(let wrapped): ["anyOf": [form(of: wrapped), ["type": "null"]]]
    case .any: [:]
    }
  }
}
