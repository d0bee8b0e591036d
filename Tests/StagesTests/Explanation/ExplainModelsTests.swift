import Classifiers
import PipelineDSL
import Testing

@testable import Stages

/// Every method on every kind of model: it works, or it is an error that says what works.
@Suite(.enabled(if: Classifiers.isAvailable)) struct ExplainModelsTests {
  private let bench: ClassifyBench

  init() throws { bench = try ClassifyBench() }

  /// The kinds of models, and whether their logits have a gradient.
  private static let kinds = [
    ("network", true), ("svm", true), ("logistic fused", true), ("xgboost", false),
    ("xgboost fused", false), ("mean", true), ("vote", false),
  ]

  private func model(_ kind: String) throws -> InputArtifact {
    switch kind {
    case "network": return try bench.network(seed: 3)
    case "mean", "vote":
      let networks = try [UInt64(3), 4].map { try bench.network(seed: $0) }
      let predictions = try networks.map { try bench.evaluate($0)["predictions"] }
      return try bench.harness.run(
        "ensemble", ["rule": .string(kind)],
        inputs: ["predictions": predictions, "model": networks])["model"]
    default:
      let words = kind.split(separator: " ")
      return try bench.classify(
        ["method": .string(String(words[0]))], features: try bench.features(fused: words.count > 1)
      )["model"]
    }
  }

  @Test(arguments: kinds) func everyMethodWorksOrSaysWhy(_ kind: String, _ hasGradient: Bool) throws
  {
    let inputs = [
      "model": [try model(kind)], "images": [bench.images], "split": [bench.split],
    ]
    for method in Explain.Method.allCases {
      let with: JSONObject = [
        "methods": [.string(method.rawValue)], "per-class": 1, "samples": 60, "segments": 6,
        "steps": 2, "copies": 2, "references": 5, "window": 0.5, "stride": 0.5,
      ]
      guard method.type.need != .gradients || hasGradient else {
        let failure = #expect(throws: StageError.self) {
          try bench.harness.run("explain", with, inputs: inputs)
        }
        #expect(
          failure?.reason
            == "\(method.rawValue) needs gradients, which this model does not have", "\(kind)")
        #expect(failure?.hint?.contains("lime, kernel-shap, occlusion, counterfactual") == true)
        continue
      }
      let outcome = try bench.harness.run("explain", with, inputs: inputs)
      let names = try outcome.table("explanations", ExplanationsFormat.file).rows.map { $0[1] }
      // All but the single network have two.
      let parts = method.type.isPerNetwork && kind != "network" ? 2 : 1
      #expect(names.count == parts * bench.classes.count, "\(kind) \(method.rawValue)")
      #expect(Set(names).count == parts, "\(kind) \(method.rawValue)")
    }
  }
}
