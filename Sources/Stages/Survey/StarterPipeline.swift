public import PipelineDSL

/// A first pipeline for the data sets of a survey: it ingests, crops, splits, trains a small
/// network, evaluates and explains it, and says in descriptions what to change.
public struct StarterPipeline: Sendable {
  /// The sets it reads: those with images that can be used.
  public let sets: [SurveyedSet]
  /// The pipeline file.
  public let document: JSONValue

  /// The pipeline of a survey.
  ///
  /// - Parameters:
  ///   - name: The name of the pipeline.
  ///   - survey: The data sets.
  ///   - data: The path of the surveyed folder from the folder in which the pipeline will run.
  ///   - schema: The path of the JSON Schema from the folder of the file.
  /// - Throws: `StageError` if no set has images that can be used.
  public init(
    name: String, for survey: DataSurvey, data: String, schema: String
  ) throws(StageError) {
    sets = survey.sets.filter { !$0.labels.isEmpty }
    guard !sets.isEmpty else {
      throw StageError(
        "\(survey.folder) has no images that a stage can ingest",
        hint: "'assay doctor --data \(survey.folder)' says what is there")
    }
    let sources = DataSurvey.stages(of: sets).members
    var stages = JSONObject(
      sources.map { ($0.name, Self.relative($0.value, from: survey.folder)) })
    let labels = StarterLabels(Set(sets.flatMap(\.labels)).sorted())
    for (name, stage) in Self.stages(labels, sources.map(\.name)) {
      stages[name] = stage
    }
    document = [
      "$schema": .string(schema), "assay": 1, "name": .string(name),
      "description":
        "A first pipeline, written by assay init: images, labels, crops, a split, a small network, its scores and explanations.",
      "parameters": ["data": .string(data), "seed": 17, "size": 64, "epochs": 15, "limit": 100],
      "stages": .object(stages),
    ]
  }

  /// The stage with the surveyed folder in its root as `${data}`.
  private static func relative(_ line: JSONValue, from folder: String) -> JSONValue {
    guard var stage = line.object, var with = stage["with"]?.object, let root = with["root"]?.text
    else { return line }
    let prefix = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    let below = root.hasPrefix(prefix) ? String(root.dropFirst(prefix.count)) : root
    with["root"] = .string("${data}" + below.replacing("${", with: "$${"))
    stage["with"] = .object(with)
    return .object(stage)
  }

  /// The stages after the ingest stages, in order.
  private static func stages(
    _ labels: StarterLabels, _ sources: [String]
  ) -> [(String, JSONValue)] {
    var map = labels.parameters
    map["limit"] = "${limit}"
    return [
      (
        "labels",
        [
          "description": .string(
            labels.about + " At most \"limit\" images per label, so that a first run is short: "
              + "--set limit=null takes all."),
          "uses": "harmonise-labels", "needs": .array(sources.map(JSONValue.string)),
          "with": .object(map),
        ]
      ),
      (
        "cells",
        [
          "description": "Finds the cell in each image and scales it to size x size pixels.",
          "uses": "crop-normalise", "needs": "labels", "with": ["size": "${size}"],
        ]
      ),
      (
        "split",
        [
          "description":
            "Parts for training, validation and test; images of one patient stay together.",
          "uses": "split", "needs": "cells", "with": ["fractions": [0.6, 0.2, 0.2]],
        ]
      ),
      (
        "views",
        [
          "description":
            "Augmented views of the training images. Other policies: mixup, cutmix, randaugment, augmix.",
          "uses": "augment", "needs": ["cells", "split"],
          "with": ["policy": "plain", "rotation": 180],
        ]
      ),
      (
        "model",
        [
          "description":
            "A small network from scratch. \"backbone\" and \"weights\" select another one (docs/weights.md).",
          "uses": "fine-tune", "needs": ["cells", "split", "views"],
          "with": ["backbone": "cnn", "epochs": "${epochs}", "batch": 16],
        ]
      ),
      (
        "scores",
        [
          "description":
            "Metrics per part, with intervals. The check demands more than guessing: raise it to what is good enough.",
          "uses": "evaluate", "needs": ["model", "cells", "split"],
          "checks": [["metric": "test/accuracy", "at-least": .number(labels.guessing)]],
        ]
      ),
      (
        "look",
        [
          "description": "Where the network looks, for some test images.",
          "uses": "explain", "needs": ["model", "cells", "split"],
          "with": ["methods": ["grad-cam"]],
        ]
      ),
    ]
  }
}
