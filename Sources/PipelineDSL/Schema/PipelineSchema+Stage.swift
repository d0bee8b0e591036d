extension PipelineSchema {
  static func stage(_ catalogue: Catalogue) -> JSONValue {
    [
      "type": "object", "required": ["uses"], "additionalProperties": false,
      "properties": [
        "uses": described(
          [
            "enum": .array(catalogue.names.map { .string($0) }),
            // Not of JSON Schema: VS Code shows it beside each value.
            "enumDescriptions": .array(catalogue.kinds.map { .string($0.summary) }),
          ], "The stage kind: what this stage does. assay stages KIND describes one."),
        "description": described(["type": "string"], "A remark for readers."),
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
        "with": described(
          ["type": "object"], "The parameters of the stage kind; those left out have defaults."),
        "seed": described(
          ["anyOf": [["type": "integer", "minimum": 0], reference]],
          "The seed of its random numbers; by default ${seed}."),
        "gather": described(
          ["anyOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]]],
          "Axes that this stage gathers: it receives all their cells at once."),
        "resources": resources,
        "checks": described(
          ["type": "array", "items": check],
          "Thresholds of metrics, evaluated on every run: one that is not met ends it with exit code 1."
        ),
        "reference": described(
          ["$ref": "#/$defs/references"], "Published numbers, shown next to ours."),
      ],
      "allOf": .array(catalogue.kinds.map { rule(for: $0) }),
    ]
  }

  static let memory: JSONValue = ["type": "string", "pattern": "^[0-9.]+ *[KMGT]iB$"]
  static let time: JSONValue = [
    "type": "string", "pattern": "^[0-9]+:[0-5]?[0-9]:[0-5]?[0-9]$",
  ]

  /// A list of `NAME`, `NAME:COUNT` or `NAME:TYPE:COUNT`.
  private static let gresPattern: JSONValue = {
    let word = "[A-Za-z0-9_.-]+"
    let item = "\(word)(:\(word)){0,2}"
    return .string("^\(item)(,\(item))*$")
  }()

  private static let resources = described(
    [
      "type": "object", "additionalProperties": false,
      "properties": [
        "cpus": described(["type": "integer", "minimum": 1], "Processors of a cell."),
        "memory": described(
          memory, "Memory of a cell, such as \"16 GiB\"."),
        "time": described(
          time, "Time limit of a cell, such as \"12:00:00\"."),
        "gres": described(
          ["type": "string", "pattern": gresPattern],
          "Generic resources of a Slurm cluster, such as \"gpu:1\"; ignored on this machine."),
      ],
    ], "What a cell of this stage needs of the machine; not in the key.")

  private static let check: JSONValue = [
    "type": "object", "required": ["metric"], "additionalProperties": false,
    "properties": [
      "metric": described(["type": "string"], "A metric of this stage, such as test/macro-f1."),
      "at-least": described(["type": "number"], "The lowest value that meets the check."),
      "at-most": described(["type": "number"], "The highest value that meets the check."),
    ],
    "oneOf": [["required": ["at-least"]], ["required": ["at-most"]]],
  ]

  static let published: JSONValue = [
    "type": "object", "required": ["metric", "value"], "additionalProperties": false,
    "properties": [
      "metric": described(["type": "string"], "The metric of this stage that it is compared with."),
      "value": described(["type": "number"], "The published number."),
      "source": described(["type": "string"], "Where it was published, such as a table."),
      "when": described(
        ["type": "object"], "The axis values of the cells it is for; without it, all."),
    ],
  ]

  static let table: JSONValue = [
    "type": "object", "required": ["metrics", "rows"], "additionalProperties": false,
    "properties": [
      "source": described(["type": "string"], "Where it was published."),
      "axes": described(
        ["type": "array", "items": ["type": "string"]], "The axes of the first columns."),
      "metrics": described(
        ["type": "array", "minItems": 1, "items": ["type": "string"]],
        "The metrics of the other columns."),
      "rows": described(
        ["type": "array", "items": ["type": "array"]],
        "One row per group of cells: its axis values, then its numbers, null if unpublished."),
    ],
  ]

  static let references: JSONValue = {
    let entry: JSONValue = [
      "anyOf": [["$ref": "#/$defs/reference"], ["$ref": "#/$defs/table"]]
    ]
    return ["anyOf": [["type": "array", "items": entry], entry]]
  }()
}
