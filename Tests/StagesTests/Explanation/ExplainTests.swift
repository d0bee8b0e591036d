import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct ExplainTests {
  private let scene: ExplanationScene
  private let quick: JSONObject = [
    "choose": "by-outcome", "samples": 40, "segments": 12, "features": 2, "hide": "grey",
  ]

  private let everything: JSONObject = [
    "methods": ["grad-cam", "lime", "integrated-gradients", "occlusion"], "samples": 40,
    "segmentation": "quickshift", "kernel-size": 1, "features": 2, "steps": 4,
    "choose": "by-outcome", "per-class": 1, "baseline": "black", "lime-limit": 3,
  ]

  init() throws { scene = try ExplanationScene() }

  @Test func explainsRightAndWrongPredictionsOfEachClass() throws {
    let outcome = try scene.explain(quick)
    let index = try outcome.table("explanations", "index.csv")
    // Two right ALL, one wrong ALL and two of three right AML predictions, with two methods each.
    #expect(index.rows.map { $0[2] + " " + $0[5] + " " + $0[1] }.count == 10)
    #expect(
      index.rows.filter { $0[2] == "ALL" && $0[5] == "false" }.map { $0[3] } == ["AML", "AML"])
    #expect(outcome.metrics["explained"] == 5)
    let files = outcome["explanations"].files.keys
    for row in index.rows {
      for file in row[6].split(separator: " ") { #expect(files.contains(String(file))) }
    }
    #expect(files.contains("grad-cam/ALL/ffff-train-5.png"))
    #expect(files.contains("lime/ALL/ffff-train-5-hidden.png"))
    #expect(files.contains("overview.png"))
    #expect(outcome.events.warnings == [])
  }

  /// The second model predicts the other class everywhere.
  @Test func fixedChoiceIsTheSameForEveryModel() throws {
    let scene = ExplanationScene.model
    let other = ExplainedModel(
      classes: scene.classes, probabilities: { try scene.probabilities($0).map { $0.reversed() } },
      gradCAMs: scene.gradCAMs, gradients: scene.gradients)
    func rows(_ model: ExplainedModel, _ choose: JSONValue, seed: UInt64 = 17) throws -> [[String]]
    {
      try self.scene.explain(
        ["methods": ["grad-cam"], "per-class": 1, "choose": choose], model, seed: seed
      ).table("explanations", "index.csv").rows
    }
    let (first, second) = (try rows(scene, "fixed"), try rows(other, "fixed"))
    #expect(first.map { $0[2] } == ["ALL", "AML"])
    #expect(
      first.map { $0[0] } == second.map { $0[0] } && first.map { $0[6] } == second.map { $0[6] })
    #expect(zip(first, second).allSatisfy { $0[3] != $1[3] && $0[5] != $1[5] })
    let chosen = try (0..<9).map { try rows(scene, "fixed", seed: $0).map { $0[0] } }
    #expect(Set(chosen).count > 1, "the seed chooses")
    #expect(try rows(scene, "by-outcome").map { $0[0] + $0[5] }.count == 3)
  }

  @Test func arraysContainSaliencyAndWeights() throws {
    let outcome = try scene.explain(quick)
    let explanations = outcome["explanations"]
    let map = try NPYArray(parsing: explanations.bytes("grad-cam/ALL/000.npy"))
    #expect(map.shape == [16, 16])
    #expect(map.floats.max() == 1)
    #expect(map.floats[5 * 16 + 5] == 1)
    #expect(map.floats[5 * 16 + 13] == 0)
    let segments = try NPYArray(parsing: explanations.bytes("lime/ALL/000-segments.npy"))
    #expect(segments.shape == [16, 16] && segments.kind == .int32)
    let weights = try NPYArray(parsing: explanations.bytes("lime/ALL/000-weights.npy"))
    let label = Int(segments.bytes[(6 * 16 + 4) * 4])
    #expect(weights.floats[label] == weights.floats.max(), "the square supports the class most")
    #expect((outcome.metrics["lime/fit"] ?? 0) > 0.2)
  }

  @Test func measuresSaliencyAgainstNucleusMasks() throws {
    let outcome = try scene.explain(quick, masks: try scene.masks(of: [0, 1, 2, 5]))
    #expect(outcome.metrics["grad-cam/images"] == 4)
    // The wrong one counts too: its label is wrong, but the model looks at its square.
    #expect(outcome.metrics["grad-cam/pointing-game"] == 1)
    #expect((outcome.metrics["grad-cam/pixel-auroc"] ?? 0) > 0.9)
    #expect((outcome.metrics["grad-cam/energy-inside/ALL"] ?? 0) > 0.3)
    #expect(outcome.metrics["grad-cam/mask-share"] == 16.0 / 256)
    #expect((outcome.metrics["lime/pixel-auroc"] ?? 0) > 0.9)
    #expect(outcome.metrics["masks/missing"] == 2)
    #expect(
      outcome.events.warnings == ["2 of 6 test images have no mask: not measured"])
    let rows = try outcome.table("metrics", "saliency.csv").rows
    #expect(rows.filter { $0[1] == "grad-cam" }.count == 4)
    #expect(try MetricsFile.read(outcome["metrics"]) == outcome.metrics)
  }

  @Test func everyMethodIsMeasuredOnTheSameImages() throws {
    let outcome = try scene.explain(everything, masks: try scene.masks(of: [0, 1, 2, 3, 5]))
    for (method, count) in [
      ("grad-cam", 5.0), ("lime", 3), ("integrated-gradients", 5), ("occlusion", 5),
    ] {
      #expect(outcome.metrics["\(method)/images"] == count)
      #expect((outcome.metrics["\(method)/pixel-auroc"] ?? 0) > 0.65, "\(method)")
      let files = outcome["explanations"].files.keys
      #expect(files.contains { $0.hasPrefix("\(method)/ALL/") && $0.hasSuffix(".png") })
    }
    // The scene's logit is linear, so the attributions are complete.
    #expect((outcome.metrics["integrated-gradients/completeness-error"] ?? 1) < 1e-5)
    let rows = try outcome.table("metrics", "saliency.csv").rows
    func ids(_ method: String) -> [String] { rows.filter { $0[1] == method }.map { $0[0] } }
    #expect(ids("occlusion") == ids("grad-cam"))
    #expect(ids("lime") == Array(ids("grad-cam").prefix(3)))
    let index = try outcome.table("explanations", "index.csv")
    let gap = try index.column("completeness-gap")
    #expect(index.rows.allSatisfy { ($0[gap] != "") == ($0[1] == "integrated-gradients") })
    let map = try NPYArray(
      parsing: outcome["explanations"].bytes("integrated-gradients/ALL/111.npy"))
    #expect(isNear(Double(map.floats[4 * 16 + 3]), 0.5 * 220 / 255, 1e-6))
    #expect(isNear(Double(map.floats[15]), -0.25 * 20 / 255, 1e-6))
  }

  @Test func warnsOfIncompleteIntegratedGradients() throws {
    let curved = ExplainedModel(
      classes: ["ALL", "AML"], probabilities: ExplanationScene.model.probabilities,
      gradCAMs: ExplanationScene.model.gradCAMs,
      gradients: ImageGradients(
        input: ExplanationScene.gradients.input, logits: ExplanationScene.gradients.logits,
        gradients: { inputs, label in
          try ExplanationScene.gradients.gradients(inputs, label).map { $0 / 2 }
        }))
    let outcome = try scene.explain(["methods": ["integrated-gradients"], "steps": 3], curved)
    #expect(
      outcome.events.warnings == [
        "integrated gradients miss 50.0 % of the sum they should have: raise 'steps' above 3"
      ])
  }

  @Test func maskLimitBoundsMeasuredImages() throws {
    let masks = try scene.masks(of: [0, 1, 2, 3, 4, 5])
    let outcome = try scene.explain(
      ["methods": ["grad-cam"], "mask-limit": 2], masks: masks)
    #expect(outcome.metrics["grad-cam/images"] == 2)
    #expect(outcome.metrics["masks/missing"] == 0)
    #expect(outcome.metrics["lime/images"] == nil)
  }

  @Test func bytesDependOnTheSeedButNotOnThreads() throws {
    let first = try scene.explain(quick, threads: 1)
    #expect(first.digests == (try scene.explain(quick, threads: 2)).digests)
    #expect(first.digests != (try scene.explain(quick, seed: 18)).digests)
    let drawn = try digest(first["explanations"])
    #expect(drawn == "9df874b62040")
    #expect(first.digests["metrics"] == "50e506ae3c38")
    let masks = try scene.masks(of: [0, 1, 2, 3, 5])
    let all = try scene.explain(everything, masks: masks, threads: 1)
    #expect(all.digests == (try scene.explain(everything, masks: masks, threads: 2)).digests)
    let everythingDrawn = try digest(all["explanations"])
    #expect(everythingDrawn == "cb6e5b777112")
    #expect(all.digests["metrics"] == "45d5fcd416d1")
  }

  /// The digest of an artifact's files with PNG files decoded, since PNG bytes depend on zlib.
  private func digest(_ artifact: InputArtifact) throws -> String {
    var contents = ""
    for (name, _) in artifact.files.sorted(by: { $0.key < $1.key }) {
      var bytes = try artifact.bytes(name)
      if name.hasSuffix(".png") { bytes = try PNGCodec.decode(bytes).pixels }
      contents += "\(Digest.of(bytes).hex) \(name)\n"
    }
    return Digest.of(contents).short
  }

  private let others: JSONObject = [
    "methods": ["grad-cam++", "score-cam", "kernel-shap", "smooth-grad", "counterfactual"],
    "samples": 300, "segments": 12, "copies": 3, "hide": "grey", "per-class": 1,
  ]

  @Test("bytes of the other methods depend on the seed but not on threads")
  func bytesOfOtherMethods() throws {
    let masks = try scene.masks(of: [0, 1, 2])
    func digests(threads: Int, seed: UInt64 = 17) throws -> [String: String] {
      try scene.explain(others, masks: masks, train: [0, 3], threads: threads, seed: seed).digests
    }
    let one = try digests(threads: 1)
    #expect(try digests(threads: 2) == one)
    #expect(try digests(threads: 1, seed: 18)["explanations"] != one["explanations"])
  }

  @Test("the other methods find the squares of the scene")
  func otherMethodsFindTheSquares() throws {
    let outcome = try scene.explain(
      others, masks: try scene.masks(of: [0, 1, 2, 3, 5]), train: [0, 3])
    let index = try outcome.table("explanations", ExplanationsFormat.file)
    let files = outcome["explanations"].files.keys
    for row in index.rows {
      #expect(row[6].split(separator: " ").allSatisfy { files.contains(String($0)) })
    }
    #expect(files.contains { $0.hasPrefix("grad-cam++/ALL/") })
    for method in ["grad-cam++", "kernel-shap", "counterfactual"] {
      #expect(outcome.metrics["\(method)/images"] == 5)
      #expect((outcome.metrics["\(method)/pixel-auroc"] ?? 0) > 0.65, "\(method)")
    }
    // The gradient of the scene's logit is larger in one half, whatever the image.
    #expect(outcome.metrics["smooth-grad/images"] == 5)
    #expect(outcome.metrics["counterfactual/changed"] == 1)
    // The image, and one view per method but three of the counterfactual; two images.
    let size = try PNGCodec.size(try outcome["explanations"].bytes("overview.png"))
    #expect((size.width, size.height) == (8 * 16 + 9 * 4, 2 * 16 + 3 * 4))
  }

  @Test("Kernel SHAP adds up to the change of the probability")
  func kernelSHAPIsComplete() throws {
    let outcome = try scene.explain(
      ["methods": ["kernel-shap"], "segments": 8, "samples": 2000, "hide": "grey", "ids": ["000"]])
    let values = try NPYArray(
      parsing: outcome["explanations"].bytes("kernel-shap/ALL/000-values.npy")
    ).floats
    // All hidden, no pixel is bright, and the classes are equal; whole, 17 of 18 are on the left.
    #expect(isNear(Double(values.reduce(0, +)), 17.0 / 18 - 0.5, 1e-5))
  }

  @Test func conflictingParametersAreRefused() {
    for with in [
      ["methods": []], ["methods": ["lime", "lime"]], ["samples": 3], ["window": 0.1],
      ["ids": ["000", "000"]], ["ids": ["000"], "choose": "by-outcome"],
      ["methods": ["lime"], "layer": "features.2"], ["squared": true], ["copies": 0],
      ["methods": ["smooth-grad"], "noise": 2], ["kernel-width": 0.01], ["penalty": 0],
    ] as [JSONObject] {
      #expect(throws: ParameterErrors.self) { try scene.explain(with) }
    }
  }

  @Test func namedImagesAreExplainedInOrder() throws {
    let ids = ["444", "ffff:train/5", "000"]
    let outcome = try scene.explain(
      ["methods": ["grad-cam"], "ids": .array(ids.map { .string($0) }), "per-class": 1])
    let rows = try outcome.table("explanations", "index.csv").rows
    #expect(rows.map { $0[0] } == ids)
    #expect(
      rows.map { $0[6] } == [
        "grad-cam/AML/444.png grad-cam/AML/444.npy",
        "grad-cam/ALL/ffff-train-5.png grad-cam/ALL/ffff-train-5.npy",
        "grad-cam/ALL/000.png grad-cam/ALL/000.npy",
      ])
    #expect(outcome.metrics["explained"] == 3)
  }

  @Test func warnsOfCoarseFeatureMaps() throws {
    for (width, height) in [(4, 4), (3, 4), (4, 3), (1, 1)] {
      let scene = ExplanationScene.model
      let model = ExplainedModel(
        classes: scene.classes, probabilities: scene.probabilities,
        gradCAMs: { _, _ in [("", [Float](repeating: 1, count: width * height), width, height)] },
        gradients: scene.gradients)
      let warnings = try self.scene.explain(["methods": ["grad-cam"]], model).events.warnings
      let wanted =
        "grad-cam has a feature map of only \(width) x \(height): too coarse to show a part of a "
        + "cell; set 'layer' to an earlier one"
      #expect(warnings == (min(width, height) < 4 ? [wanted] : []))
    }
  }

  @Test func splitWithoutTestImagesIsRefused() throws {
    let failure = #expect(throws: StageError.self) {
      try scene.harness.run("explain") { _, context in
        try Explain(.init()).explain(ExplanationScene.model, scene.images, test: [], context)
      }
    }
    #expect(failure?.reason == "the split has no test images")
  }

  @Test func explainsATrainedModel() throws {
    let bench = try TrainingBench()
    var inputs = try bench.inputs()
    inputs["model"] = [
      try bench.train(
        inputs, ["epochs": 10, "batch": 12, "learning-rate": 0.003], state: bench.state("explain")
      ).model
    ]
    var with = quick
    with["methods"] = everything["methods"]
    let outcome = try bench.harness.run("explain", with, inputs: inputs, threads: 2)
    let rows = try outcome.table("explanations", "index.csv").rows
    #expect(Set(rows.map { $0[2] }) == ["blue", "green", "red"])
    let explained = try #require(outcome.metrics["explained"])
    #expect(explained >= 6 && rows.count == 4 * Int(explained))
    #expect((outcome.metrics["integrated-gradients/completeness-error"] ?? 1) < 0.1)
    let again = try bench.harness.run("explain", with, inputs: inputs, threads: 1)
    #expect(again.digests == outcome.digests)
  }

  private func explainParted(
    _ model: PartedModel, _ methods: [String], masks: String? = nil
  ) throws -> StageOutcome {
    var model = model
    model.classes = ["ALL", "AML", "Healthy"]
    return try scene.explain(
      [
        "methods": .array(methods.map { .string($0) }), "samples": 12, "segments": 6,
        "hide": "grey", "per-class": 1,
      ], ExplainedModel(model, layer: nil), masks: masks)
  }

  @Test("each network of a model has a Grad-CAM of its own, by name")
  func partsHaveTheirOwnGradCAM() throws {
    let outcome = try explainParted(
      PartedModel(), ["grad-cam", "occlusion"], masks: try scene.masks(of: [0, 2]))
    let rows = try outcome.table("explanations", "index.csv").rows
    #expect(
      rows.prefix(3).map { $0[1] } == ["grad-cam/inception-v3", "grad-cam/xception", "occlusion"])
    let files = outcome["explanations"].files.keys
    for row in rows {
      for file in row[6].split(separator: " ") {
        #expect(files.contains(String(file)) && file.hasPrefix(row[1] + "/"))
      }
    }
    #expect(outcome.metrics["grad-cam/xception/images"] == 2)
    #expect(outcome.metrics["grad-cam/images"] == nil)
    let saliency = try outcome.table("metrics", "saliency.csv").rows.map { $0[1] }
    #expect(
      saliency == [
        "grad-cam/inception-v3", "grad-cam/xception", "grad-cam/inception-v3", "grad-cam/xception",
        "occlusion", "occlusion",
      ])
    // The image, two maps and the occlusion, 4 apart; two images.
    let size = try PNGCodec.size(try outcome["explanations"].bytes("overview.png"))
    #expect((size.width, size.height) == (4 * 16 + 5 * 4, 2 * 16 + 3 * 4))
  }

  @Test("integrated gradients of a model without gradients are an error that names what works")
  func modelsWithoutGradientsAreReported() throws {
    for (parts, working) in [
      (
        ["a", "b"],
        "grad-cam, grad-cam++, score-cam, lime, kernel-shap, occlusion, counterfactual"
      ), ([], "lime, kernel-shap, occlusion, counterfactual"),
    ] as [([String], String)] {
      let failure = #expect(throws: StageError.self) {
        try explainParted(PartedModel(parts: parts), ["lime", "integrated-gradients"])
      }
      #expect(
        failure?.description
          == "integrated-gradients needs gradients, which this model does not have; let 'methods' "
          + "name some of \(working)")
    }
  }
}
