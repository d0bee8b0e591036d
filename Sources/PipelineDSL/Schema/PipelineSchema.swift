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
    "$schema": described(
      ["type": "string"], "The path of this schema, for editors: assay schema prints it."),
    "assay": described(
      ["const": .integer(DocumentReader.version)], "The version of the language."),
    "part": described(["const": true], "This file is a part, for \"include\" in other files."),
    "name": described(
      ["type": "string"], "The name of the pipeline, under which runs are listed."),
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
    "stages": described(
      [
        "type": "object", "propertyNames": name, "minProperties": 1,
        "additionalProperties": ["$ref": "#/$defs/stage"],
      ], "The stages by name, in any order."),
    "references": described(
      ["type": "object", "additionalProperties": ["$ref": "#/$defs/references"]],
      "Published numbers by stage, also for stages of parts."),
  ]

  private static let name: JSONValue = ["pattern": "^[A-Za-z0-9_-]+$"]
  static let reference: JSONValue = ["type": "string", "pattern": "\\$\\{"]
  private static let axisValue: JSONValue = [
    "anyOf": [
      ["type": ["string", "number", "boolean"]],
      [
        "type": "object", "required": ["name"],
        "properties": [
          "name": described(
            ["type": "string"], "The value in names of cells; other members are ${axis.member}.")
        ],
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

  static func described(_ schema: JSONValue, _ text: String) -> JSONValue {
    var object = schema.object ?? [:]
    object["description"] = .string(text)
    return .object(object)
  }
}
