import PipelineDSL
import Testing

/// Pipelines for tests, and helpers to resolve and check them.
enum TestPipelines {
  /// A pipeline with the given stages, valid in its other parts.
  static func text(_ stages: String, _ more: String = "") -> String {
    #"{"assay": 1, "name": "test", "# + more + #""stages": {"# + stages + "}}"
  }

  static func resolve(
    _ text: String, overrides: [(name: String, value: JSONValue)] = [],
    axes: AxisOverrides = AxisOverrides(), parts: [String: String] = [:], file: String = "p.json"
  ) throws(Diagnostics) -> Pipeline {
    let files = PartFiles { path throws(PartFileError) in
      guard let text = parts[path] else { throw PartFileError("no such file") }
      return Array(text.utf8)
    }
    return try PipelineResolver.resolve(
      bytes: Array(text.utf8), file: file, overrides: overrides, axes: axes, parts: files,
      catalogue: TestKinds.all)
  }

  /// The text of a part with the given stages and other members.
  static func part(_ stages: String, _ more: String = "") -> String {
    #"{"assay": 1, "part": true, "# + more + #""stages": {"# + stages + "}}"
  }

  /// The messages about a pipeline, without file and position; empty if it is valid.
  static func messages(
    _ text: String, overrides: [(name: String, value: JSONValue)] = [],
    parts: [String: String] = [:]
  ) -> [String] {
    diagnostics(text, overrides: overrides, parts: parts).map { diagnostic in
      diagnostic.message + (diagnostic.suggestion.map { " [\($0)]" } ?? "")
    }
  }

  static func diagnostics(
    _ text: String, overrides: [(name: String, value: JSONValue)] = [],
    axes: AxisOverrides = AxisOverrides(), parts: [String: String] = [:], file: String = "p.json"
  ) -> [Diagnostic] {
    do throws(Diagnostics) {
      _ = try resolve(text, overrides: overrides, axes: axes, parts: parts, file: file)
    } catch {
      return error.list
    }
    return []
  }

  /// The pipeline of paper A, experiment D.
  static let fiveClass = #"""
    {
      "$schema": "schema/pipeline.schema.json",
      "assay": 1,
      "name": "five-class",
      "description": "Paper A, experiment D: ALL, AML, CLL, CML, Healthy.",
      "parameters": { "data": "data", "seed": 17, "size": 224 },
      "axes": {
        "backbone": ["densenet121", "mobilenet-v2", "vgg16", "inception-v3", "resnet50", "xception", "cnn"],
        "augmentation": ["mixup", "augmix", "cutmix", "randaugment"]
      },
      "exclude": [{ "backbone": "vgg16", "augmentation": "cutmix" }],
      "stages": {
        "c-nmc":   { "uses": "ingest/c-nmc", "with": { "root": "${data}/C_NMC_Leukemia" } },
        "pbc":     { "uses": "ingest/pbc",   "with": { "root": "${data}/PBC_dataset_normal_DIB" } },
        "labels":  { "uses": "harmonise-labels", "needs": ["c-nmc", "pbc"], "with": { "scheme": "five-class" } },
        "cells":   { "uses": "crop-normalise", "needs": "labels", "with": { "size": "${size}" } },
        "split":   { "uses": "split", "needs": "cells", "with": { "fractions": [0.8, 0.1, 0.1], "stratify": "label" } },
        "augment": { "uses": "augment", "needs": "split", "with": { "policy": "${augmentation}" } },
        "model":   { "uses": "fine-tune", "needs": ["cells", "split", "augment"], "with": { "backbone": "${backbone}" },
                     "resources": { "cpus": 8, "memory": "16 GiB", "time": "12:00:00" } },
        "scores":  { "uses": "evaluate", "needs": ["model", "cells", "split"],
                     "checks": [{ "metric": "test/macro-f1", "at-least": 0.9 }] },
        "look":    { "uses": "explain", "needs": ["model", "cells", "split"], "with": { "methods": ["grad-cam", "lime"] } },
        "table":   { "uses": "compare", "needs": "scores", "gather": ["backbone", "augmentation"] }
      }
    }
    """#
}

extension Diagnostic {
  /// The text without the code; `DiagnosticsPageTests` checks the codes.
  var textWithoutCode: String { String(text.dropLast(code.rawValue.utf8.count + 3)) }
}
