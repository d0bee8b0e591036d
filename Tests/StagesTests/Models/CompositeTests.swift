import Classifiers
import Foundation
import Imaging
import Neural
import PipelineDSL
import Testing

@testable import Stages

/// Two tiny networks, fused, under boosted trees: what `predict` and `explain` do with it.
@Suite(.enabled(if: Classifiers.isAvailable)) struct CompositeTests {
  private let bench: ClassifyBench
  private let fitted: StageOutcome

  init() throws {
    bench = try ClassifyBench()
    fitted = try bench.classify(features: try bench.features(fused: true))
  }

  @Test func predictsWhatTheStagePredicted() throws {
    let images = try ImageSet(bench.images)
    let array = NPYArray(
      uint8: try images.samples.indices.flatMap { try images.image($0).pixels },
      shape: [images.samples.count, 16, 16, 3])
    let folder = try bench.harness.write([("a.npy", array.encoded)], under: "arrays")
    let predictor = try Predictor(model: fitted["model"], threads: 2)
    #expect(predictor.classes == bench.classes && predictor.size == 16)
    var logits: [[Float]] = []
    try predictor.predict(try PredictionInputs([folder + "/a.npy"])) { name, reason in
      Issue.record("\(name): \(reason)")
    } each: {
      logits.append($0.logits)
    }
    let known = Dictionary(
      uniqueKeysWithValues: try PredictionSet(fitted["predictions"]).rows.map { ($0.id, $0.logits) }
    )
    #expect(logits == images.samples.map { known[$0.id] ?? [] })
  }

  @Test func explainsThroughBothNetworks() throws {
    let inputs = [
      "model": [fitted["model"]], "images": [bench.images], "split": [bench.split],
    ]
    let with: JSONObject = [
      "methods": [
        "grad-cam", "grad-cam++", "score-cam", "lime", "kernel-shap", "occlusion", "counterfactual",
      ], "samples": 100, "segments": 8, "per-class": 1,
    ]
    let outcome = try bench.harness.run("explain", with, inputs: inputs, threads: 2)
    let rows = try outcome.table("explanations", ExplanationsFormat.file).rows
    #expect(Set(rows.map { $0[2] }) == Set(bench.classes))
    #expect(rows.contains { $0[1] == "lime" } && rows.contains { $0[1] == "occlusion" })
    // Score-CAM needs no gradient, so it goes through the networks under the trees.
    for method in ["grad-cam/", "grad-cam++/", "score-cam/"] {
      #expect(Set(rows.map { $0[1] }.filter { $0.hasPrefix(method) }).count == 2, "\(method)")
    }
    #expect(
      try bench.harness.run("explain", with, inputs: inputs, threads: 1).digests
        == outcome.digests)
    for method in ["integrated-gradients", "smooth-grad"] {
      let failure = #expect(throws: StageError.self) {
        try bench.harness.run(
          "explain", ["methods": [.string(method)], "per-class": 1], inputs: inputs)
      }
      #expect(failure?.reason == "\(method) needs gradients, which this model does not have")
    }
  }
}
