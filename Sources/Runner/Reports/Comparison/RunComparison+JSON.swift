public import PipelineDSL
internal import Statistics
internal import Store

extension RunComparison {
  /// The comparison as JSON, with every difference, in the order of the text.
  public var json: JSONValue {
    [
      "a": .string(a.run.id), "b": .string(b.run.id), "equal": .bool(isEqual),
      "first": firstStage.map { .string($0) } ?? .null,
      "pipeline": [
        "equal": .bool(samePipeline), "a": .string(a.run.pipelineDigest.hex),
        "b": .string(b.run.pipelineDigest.hex),
        "changes": .array((textChanges ?? []).map { Self.pair($0.pointer, $0.old, $0.new) }),
      ],
      "parameters": .array(parameters.different.map { Self.pair($0.name, $0.a, $0.b) }),
      "stage-parameters": .array(fields.parameters.map(Self.change)),
      "inputs": .array(
        fields.locations.map { location in
          var object = Self.change(location).object ?? [:]
          object["files"] = location.files?.json() ?? .null
          return .object(object)
        }),
      "code": .array(fields.code.map(Self.change)),
      "environment": .array(
        environment.different.map {
          var object =
            Self.pair($0.name, $0.a.map { .string($0) }, $0.b.map { .string($0) }).object ?? [:]
          object["group"] = .string(Self.group(of: $0.name))
          return .object(object)
        }),
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
            "steps": .integer(row.steps), "leads": .bool(row.leads), "check": row.check.json,
          ]
        }),
      "repeats": .array(repeats.map(\.json)),
      "predictions": .array(predictions.map(\.json)),
      "unchanged": [
        "parameters": .integer(parameters.unchanged),
        "environment": .integer(environment.unchanged),
        "cells": .integer(unchanged), "artifacts": .integer(unchangedArtifacts),
        "metrics": .integer(unchangedMetrics), "repeats": .integer(unchangedRepeats),
        "predictions": .integer(unchangedPredictions),
      ],
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

  private static func change(_ change: KeyFieldChanges.Change) -> JSONValue {
    [
      "of": .string(change.owner), "name": .string(change.name), "a": change.old ?? .null,
      "b": change.new ?? .null, "cells": .array(change.cells.map { .string($0) }),
    ]
  }

  private static func digest(_ value: Digest?) -> JSONValue {
    value.map { .string($0.hex) } ?? .null
  }

  private static func number(_ value: Double?) -> JSONValue { value.map(Display.json) ?? .null }
}

extension RepeatComparison {
  /// The comparison as JSON.
  var json: JSONValue {
    [
      "stage": .string(stage), "coordinates": .string(coordinates),
      "over": .array(over.map { .string($0) }), "metric": .string(metric), "a": .number(a),
      "b": .number(b), "difference": .number(interval.mean), "low": .number(interval.low),
      "high": .number(interval.high), "pairs": .integer(interval.pairs),
      "left-out": .integer(leftOut), "resamples": .integer(PairedBootstrap.resamples),
    ]
  }
}

extension PredictionComparison {
  /// The comparison as JSON.
  var json: JSONValue {
    [
      "cell": .string(cell), "port": .string(port), "problem": problem.map { .string($0) } ?? .null,
      "unpaired": .integer(unpaired), "relabelled": .integer(relabelled),
      "parts": .array(
        parts.map { part in
          [
            "part": .string(part.name), "samples": .integer(part.samples),
            "both-right": .integer(part.bothRight), "both-wrong": .integer(part.bothWrong),
            "only-a-right": .integer(part.test.b), "only-b-right": .integer(part.test.c),
            "test": .string(part.test.method.rawValue),
            "statistic": .number(part.test.statistic), "p": .number(part.test.pValue),
          ]
        }),
    ]
  }
}
