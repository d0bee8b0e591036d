import Imaging
import Neural
import PipelineDSL
import Testing

@testable import Stages

/// Every method with every option that other methods share, on tiny images and a tiny network.
@Suite struct ExplainCombinationTests {
  private static let methods = Explain.Method.allCases.map(\.rawValue)
  private let scene: ExplanationScene
  private let inputs: [String: [InputArtifact]]

  init() throws {
    scene = try ExplanationScene()
    inputs = try Self.inputs(scene.harness, seed: 3)
  }

  /// The scene's images, all but one of each class in the test set, and an untrained network.
  private static func inputs(
    _ harness: StageHarness, seed: UInt64
  ) throws -> [String: [InputArtifact]] {
    let network = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 2))
    let card = ModelCard(
      backbone: .cnn, classes: ["ALL", "AML"], size: 16, normalisation: .standard,
      parameters: network.table.parameterCount)
    let split = CSVTable(
      columns: SplitFormat.columns,
      rows: zip(ExplanationScene.ids, ExplanationScene.labels).map {
        [$0, $0 == "333" || $0 == "111" ? "train" : "test", $1, ""]
      })
    return [
      "images": [try ExplanationScene.artifact(harness)],
      "split": [try harness.artifact("split", [(SplitFormat.file, split.bytes)])],
      "model": [
        try harness.artifact(
          "model-\(seed)",
          [
            (
              ModelCard.tensorFile,
              Safetensors.encode(Weights(network, seed: seed).tensors)
            ),
            (ModelCard.file, Array(JSONPrettyForm.text(of: card.json).utf8)),
          ])
      ],
    ]
  }

  private func explain(
    _ with: JSONObject, masks: String? = nil, threads: Int = 1
  ) throws -> StageOutcome {
    try scene.harness.run(
      "explain", with, inputs: inputs, locations: masks.map { ["masks": $0] } ?? [:],
      threads: threads)
  }

  @Test(arguments: methods, ["mean", "grey", "black"])
  func everyCombinationExplains(_ method: String, _ hide: String) throws {
    let masks = try scene.masks(of: [0, 2, 5])
    let hasLayer = Explain.Method(rawValue: method)?.type.parameters.contains("layer") == true
    let layers: [JSONValue] =
      hasLayer ? [.null, "features.0", "features.5", "features.9"] : [.null]
    for layer in layers {
      for ids in [[], ["222", "000"]] as [[String]] {
        for folder in [nil, masks] {
          let with: JSONObject = [
            "methods": [.string(method)], "hide": .string(hide), "layer": layer,
            "ids": .array(ids.map { .string($0) }), "per-class": 1, "samples": 64, "segments": 6,
            "steps": 2, "copies": 2, "window": 0.5, "stride": 0.5,
          ]
          let outcome = try explain(with, masks: folder)
          let place = "\(method) \(hide) \(layer) \(ids) \(folder == nil ? "" : "masks")"
          let index = try outcome.table("explanations", ExplanationsFormat.file)
          let explained = index.rows.map { $0[0] }
          #expect(explained.count == 2, "\(place)")
          if !ids.isEmpty { #expect(explained == ids, "\(place)") }
          let files = outcome["explanations"].files.keys
          for row in index.rows {
            #expect(row[6].split(separator: " ").allSatisfy { files.contains(String($0)) })
          }
          let isCoarse = hasLayer && layer == .null
          #expect(
            outcome.events.warnings.contains { $0.contains("only 2 x 2") } == isCoarse, "\(place)")
          // Training images are not measured; nor are images without masks.
          let measured = folder == nil ? nil : 3.0
          #expect(outcome.metrics["\(method)/images"] == measured, "\(place)")
          // The mean colour of an even super-pixel hides nothing, which leaves nothing to fit.
          if method != "lime" || hide != "mean" {
            #expect((outcome.metrics["lime/fit"] != nil) == (method == "lime"), "\(place)")
          }
        }
      }
    }
  }

  @Test func hiddenColourChangesWhatHides() throws {
    for method in Explain.Method.allCases {
      let isChanged = method.type.parameters.contains("hide")
      let digests = try ["mean", "grey", "black"].map { hide in
        try explain([
          "methods": [.string(method.rawValue)], "hide": .string(hide), "samples": 64,
          "segments": 6, "steps": 2, "copies": 2,
        ])["explanations"].digest
      }
      #expect(Set(digests).count == (isChanged ? 3 : 1), "\(method)")
    }
  }

  @Test func parametersOfLIMEChangeItsWeights() throws {
    let settings: [JSONObject] = [
      [:], ["kernel-width": 1], ["penalty": 0.01], ["kernel-width": 0.05, "penalty": 1_000_000],
    ]
    var fits: [Double] = []
    for setting in settings {
      var with: JSONObject = [
        "methods": ["lime"], "hide": "grey", "samples": 64, "segments": 6,
      ]
      for member in setting.members { with[member.name] = member.value }
      let outcome = try explain(with, masks: try scene.masks(of: [0, 2, 5]))
      fits.append(try #require(outcome.metrics["lime/fit"]))
      let index = try outcome.table("explanations", ExplanationsFormat.file)
      let column = try index.column(ExplanationsFormat.Column.fit)
      #expect(index.rows.allSatisfy { (Double($0[column]) ?? 2) <= 1 })
      let saliency = try outcome.table("metrics", "saliency.csv")
      let fit = try saliency.column("fit")
      #expect(saliency.rows.count == 3 && saliency.rows.allSatisfy { Double($0[fit]) != nil })
    }
    #expect(Set(fits).count == settings.count && fits.allSatisfy(\.isFinite))
  }

  @Test func layersWithoutAMapAreRefused() throws {
    for name in ["features.6", "layer4.2", "classifier.1"] {
      let failure = #expect(throws: StageError.self) {
        try explain(["methods": ["grad-cam"], "layer": .string(name)])
      }
      #expect(
        failure?.reason.hasPrefix("'layer': no layer '\(name)' has a feature map; ") == true)
      #expect(failure?.reason.contains("features.2 (8 x 8), features.5 (8 x 8)") == true)
    }
  }

  @Test func idsOutsideTheTestPartAreRefused() throws {
    for (ids, reason) in [
      (["000", "33"], "ids/1: no image has the id '33'"),
      (["333", "000"], "ids/0: image '333' is not in the test set of the split"),
    ] as [([JSONValue], String)] {
      let failure = #expect(throws: StageError.self) { try explain(["ids": .array(ids)]) }
      #expect(failure?.reason == reason)
      #expect(failure?.hint != nil)
    }
  }

  /// Two networks explain the same images, under the same names, whatever they predict.
  @Test func modelsAreComparedImageByImage() throws {
    func rows(_ with: JSONObject) throws -> [[String]] {
      try [3, 11, 12].map { seed in
        try scene.harness.run(
          "explain", with, inputs: Self.inputs(scene.harness, seed: seed), threads: 1
        ).table("explanations", ExplanationsFormat.file).rows.map { "\($0[0]) \($0[6])" }
      }
    }
    for ids in [[], ["ffff:train/5", "000"]] as [[JSONValue]] {
      let rows = try rows(["methods": ["occlusion"], "per-class": 2, "ids": .array(ids)])
      #expect(Set(rows).count == 1)
    }
  }

  @Test func bytesDoNotDependOnThreads() throws {
    let with: JSONObject = [
      "methods": .array(Self.methods.map { .string($0) }), "hide": "black", "layer": "features.5",
      "samples": 200, "segments": 8, "steps": 4, "copies": 3, "kernel-width": 0.5, "penalty": 0.1,
    ]
    let masks = try scene.masks(of: [0, 2, 4])
    let one = try explain(with, masks: masks, threads: 1)
    #expect(one.digests == (try explain(with, masks: masks, threads: 2)).digests)
  }
}
