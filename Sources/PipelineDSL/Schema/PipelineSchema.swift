/// The JSON Schema (draft 2020-12) of pipeline files and of the parts they include, generated from
/// a catalogue.
///
/// Editors use it for completion and hover help; `check` detects more problems than it can express.
public enum PipelineSchema {
  /// The schema of pipelines that use the given stage kinds.
  public static func make(for catalogue: Catalogue) -> JSONValue {
    [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Assay pipeline",
      "type": "object",
      "required": ["assay"],
      "additionalProperties": false,
      "properties": .object(properties),
      "if": ["required": ["part"]],
      "then": ["not": ["required": ["name"]]],
      "else": [
        "required": ["name"], "anyOf": [["required": ["stages"]], ["required": ["include"]]],
      ],
      "$defs": [
        "stage": stage(catalogue), "include": include, "reference": published, "table": table,
        "references": references,
      ],
    ]
  }

  private static let properties: JSONObject = [
    "$schema": ["type": "string"],
    "assay": ["const": .integer(DocumentReader.version)],
    "part": described(["const": true], "This file is a part, for \"include\" in other files."),
    "name": described(["type": "string"], "The name of the pipeline."),
    "description": described(["type": "string"], "What the pipeline is for."),
    "include": described(
      ["type": "array", "items": ["$ref": "#/$defs/include"]],
      "Parts, whose axes, excludes and stages join those of this file."),
    "parameters": described(
      ["type": "object", "propertyNames": name],
      "Values that this file refers to as ${name}; --set overrides those of the pipeline."),
    "axes": described(
      [
        "type": "object", "propertyNames": name,
        "additionalProperties": [
          "anyOf": [["type": "array", "minItems": 1, "items": axisValue], reference]
        ],
      ], "Values along which the stages that refer to them are repeated."),
    "exclude": described(
      ["type": "array", "items": ["type": "object", "minProperties": 1]],
      "Excluded cells: those that match every value of an entry."),
    "stages": [
      "type": "object", "propertyNames": name, "minProperties": 1,
      "additionalProperties": ["$ref": "#/$defs/stage"],
    ],
    "references": described(
      ["type": "object", "additionalProperties": ["$ref": "#/$defs/references"]],
      "Published numbers by stage, also for stages of parts."),
  ]

  private static let name: JSONValue = ["pattern": "^[A-Za-z0-9_-]+$"]
  private static let reference: JSONValue = ["type": "string", "pattern": "\\$\\{"]
  private static let axisValue: JSONValue = [
    "anyOf": [
      ["type": ["string", "number", "boolean"]],
      [
        "type": "object", "required": ["name"], "properties": ["name": ["type": "string"]],
      ],
    ]
  ]

  private static let include: JSONValue = [
    "anyOf": [
      ["type": "string", "pattern": "^[^/]"],
      [
        "type": "object", "additionalProperties": false,
        "properties": [
          "file": described(
            ["type": "string", "pattern": "^[^/]"], "The part, relative to this file's folder."),
          "with": described(["type": "object"], "Values for the part's parameters."),
          "part": described(
            ["allOf": [["$ref": "#"], ["required": ["part"]]]],
            "The part itself; the file is not read then."),
        ],
        "anyOf": [["required": ["file"]], ["required": ["part"]]],
      ],
    ]
  ]

  private static func described(_ schema: JSONValue, _ text: String) -> JSONValue {
    var object = schema.object ?? [:]
    object["description"] = .string(text)
    return .object(object)
  }

  private static func stage(_ catalogue: Catalogue) -> JSONValue {
    [
      "type": "object", "required": ["uses"], "additionalProperties": false,
      "properties": [
        "uses": described(
          ["enum": .array(catalogue.names.map { .string($0) })], "The stage kind."),
        "description": ["type": "string"],
        "needs": described(
          [
            "anyOf": [
              ["type": "string"], ["type": "array", "items": ["type": "string"]],
              [
                "type": "object",
                "additionalProperties": [
                  "anyOf": [
                    ["type": "string"], ["type": "array", "items": ["type": "string"]],
                  ]
                ],
              ],
            ]
          ], "The stages it needs, matched by type; or by input port."),
        "with": ["type": "object"],
        "seed": described(
          ["anyOf": [["type": "integer", "minimum": 0], reference]],
          "The seed of its random numbers; by default ${seed}."),
        "gather": described(
          ["anyOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]]],
          "Axes that this stage gathers: it receives all their cells at once."),
        "resources": resources,
        "checks": ["type": "array", "items": check],
        "reference": described(
          ["$ref": "#/$defs/references"], "Published numbers, shown next to ours."),
      ],
      "allOf": .array(catalogue.kinds.map { rule(for: $0) }),
    ]
  }

  private static let resources: JSONValue = [
    "type": "object", "additionalProperties": false,
    "properties": [
      "cpus": ["type": "integer", "minimum": 1],
      "memory": ["type": "string", "pattern": "^[0-9.]+ *[KMGT]iB$"],
      "time": ["type": "string", "pattern": "^[0-9]+:[0-5]?[0-9]:[0-5]?[0-9]$"],
    ],
  ]

  private static let check: JSONValue = [
    "type": "object", "required": ["metric"], "additionalProperties": false,
    "properties": [
      "metric": ["type": "string"], "at-least": ["type": "number"], "at-most": ["type": "number"],
    ],
    "oneOf": [["required": ["at-least"]], ["required": ["at-most"]]],
  ]

  private static let published: JSONValue = [
    "type": "object", "required": ["metric", "value"], "additionalProperties": false,
    "properties": [
      "metric": ["type": "string"], "value": ["type": "number"], "source": ["type": "string"],
      "when": ["type": "object"],
    ],
  ]

  private static let table: JSONValue = [
    "type": "object", "required": ["metrics", "rows"], "additionalProperties": false,
    "properties": [
      "source": ["type": "string"],
      "axes": described(
        ["type": "array", "items": ["type": "string"]], "The axes of the first columns."),
      "metrics": described(
        ["type": "array", "minItems": 1, "items": ["type": "string"]],
        "The metrics of the other columns."),
      "rows": ["type": "array", "items": ["type": "array"]],
    ],
  ]

  private static let references: JSONValue = {
    let entry: JSONValue = [
      "anyOf": [["$ref": "#/$defs/reference"], ["$ref": "#/$defs/table"]]
    ]
    return ["anyOf": [["type": "array", "items": entry], entry]]
  }()

  private static func rule(for kind: StageDescriptor) -> JSONValue {
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
