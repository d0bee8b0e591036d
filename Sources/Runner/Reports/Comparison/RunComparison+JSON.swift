public import PipelineDSL
internal import Store

extension RunComparison {
  /// The comparison for a program, with every difference.
  public var json: JSONValue {
    [
      "a": .string(a.run.id), "b": .string(b.run.id), "equal": .bool(isEqual),
      "pipeline": [
        "equal": .bool(samePipeline), "a": .string(a.run.pipelineDigest.hex),
        "b": .string(b.run.pipelineDigest.hex),
      ],
      "parameters": .array(parameters.map { Self.pair($0.name, $0.a, $0.b) }),
      "environment": .array(
        environment.map { Self.pair($0.name, $0.a.map { .string($0) }, $0.b.map { .string($0) }) }),
      "stages": stagesJSON,
      "artifacts": .array(
        artifacts.map { row in
          [
            "cell": .string(row.cell), "port": .string(row.port), "a": Self.digest(row.a),
            "b": Self.digest(row.b),
          ]
        }),
      "metrics": .array(
        metrics.map { row in
          [
            "cell": .string(row.cell), "metric": .string(row.name), "a": Self.number(row.a),
            "b": Self.number(row.b), "difference": Self.number(row.change),
            "steps": .integer(row.steps),
          ]
        }),
    ]
  }

  private var stagesJSON: JSONValue {
    [
      "first": firstStage.map { .string($0) } ?? .null, "unchanged": .integer(unchanged),
      "only-in-a": .array(onlyInA.map { .string($0) }),
      "only-in-b": .array(onlyInB.map { .string($0) }),
      "different": .array(
        cells.map { cell in
          [
            "cell": .string(cell.cell), "a": .string(cell.a.rawValue),
            "b": .string(cell.b.rawValue), "by-itself": .bool(cell.isRoot),
            "unknown": cell.unknown.map { .string($0) } ?? .null,
            "fields": .array(cell.fields.map { Self.pair($0.pointer, $0.old, $0.new) }),
          ]
        }),
    ]
  }

  private static func pair(_ name: String, _ a: JSONValue?, _ b: JSONValue?) -> JSONValue {
    ["name": .string(name), "a": a ?? .null, "b": b ?? .null]
  }

  private static func digest(_ value: Digest?) -> JSONValue {
    value.map { .string($0.hex) } ?? .null
  }

  private static func number(_ value: Double?) -> JSONValue { value.map(Display.json) ?? .null }
}
