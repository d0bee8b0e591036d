import Classifiers
import PipelineDSL
import Testing

@testable import Stages

@Suite(.enabled(if: Classifiers.isAvailable)) struct ClassifyTests {
  private let bench: ClassifyBench
  private let features: InputArtifact

  init() throws {
    bench = try ClassifyBench()
    features = try bench.features()
  }

  @Test(
    "the model predicts images to the same bytes as the stage predicted features",
    arguments: ClassifierMethod.allCases)
  func modelAgreesWithPredictions(method: ClassifierMethod) throws {
    let fitted = try bench.classify(["method": .string(method.rawValue)], features: features)
    let (seen, given) = (
      try bench.evaluate(fitted["model"]), try bench.evaluate(predictions: fitted["predictions"])
    )
    let bytes = try fitted["predictions"].bytes(PredictionsFormat.file)
    #expect(try seen["predictions"].bytes(PredictionsFormat.file) == bytes)
    #expect(try given["predictions"].bytes(PredictionsFormat.file) == bytes)
    #expect(seen.digests == given.digests && seen.metrics == given.metrics)
    #expect((seen.metrics["train/accuracy"] ?? 0) > 0.5)
    #expect(seen.metrics["test/samples"] == 12)
  }

  @Test("bytes do not depend on threads", arguments: ClassifierMethod.allCases)
  func threadsDoNotMatter(method: ClassifierMethod) throws {
    let with: JSONObject = ["method": .string(method.rawValue), "components": 4]
    let first = try bench.classify(with, features: features, threads: 1)
    #expect(try bench.classify(with, features: features, threads: 3).digests == first.digests)
  }

  @Test(
    "bytes are pinned", .enabled(if: PinnedBits.hasClassifiers, PinnedBits.classifiers),
    arguments: [
      (ClassifierMethod.xgboost, "dd378082d84a", "920e9d8e7f00"),
      (.randomForest, "32a5c870b240", "0e0234c81c88"), (.svm, "959b9adde659", "7628456adcec"),
      (.logistic, "e336fa094128", "ee8f4f753a0d"), (.kNearest, "2c4c810b8c2c", "b31588518b3a"),
    ])
  func bytesArePinned(method: ClassifierMethod, model: String, predictions: String) throws {
    #expect(Classify.revision == 1)
    let fitted = try bench.classify(
      ["method": .string(method.rawValue), "components": 4], features: features)
    #expect(
      fitted.digests == ["model": model, "predictions": predictions, "history": "93194d4db1c3"])
  }

  @Test func seedChangesTheForest() throws {
    let with: JSONObject = ["method": "random-forest", "columns": 0.5]
    let first = try bench.classify(with, features: features, seed: 1)
    #expect(try bench.classify(with, features: features, seed: 2).digests != first.digests)
  }

  @Test("labels of the test set change no logit", arguments: ClassifierMethod.allCases)
  func testLabelsDoNotMatter(method: ClassifierMethod) throws {
    let with: JSONObject = ["method": .string(method.rawValue)]
    let test = try testIDs()
    let other = try bench.changed(features, SamplesFormat.file) { columns, row in
      guard test.contains(row[0]) else { return }
      row[3] = row[3] == "red" ? "blue" : "red"
    }
    let (first, second) = (
      try bench.classify(with, features: features), try bench.classify(with, features: other)
    )
    #expect(first.digests["model"] == second.digests["model"])
    let (before, after) = (
      try PredictionSet(first["predictions"]), try PredictionSet(second["predictions"])
    )
    #expect(before.rows.map(\.logits) == after.rows.map(\.logits))
    #expect(before.rows.map(\.label) != after.rows.map(\.label))
  }

  private func testIDs() throws -> Set<String> {
    let rows = try CSVTable(parsing: bench.split.bytes(SplitFormat.file)).rows
    return Set(rows.filter { $0[1] == "test" }.map { $0[0] })
  }

  @Test func modelContainsEverythingThatPredictionTakes() throws {
    let fitted = try bench.classify(["method": "logistic"], features: features)
    let names = Set(fitted["model"].files.keys)
    for name in [
      "model.json", "networks/1/model.safetensors", "networks/2/model.json",
      "classifier/\(FeatureTransform.file)",
    ] { #expect(names.contains(name), "\(name)") }
    let card = try FeatureModelCard(ModelFacts.json(of: fitted["model"]))
    #expect(card.classes == bench.classes && card.size == ClassifyBench.size)
    #expect(card.classifier.hasTransform && card.classifier.method == .logistic)
    let trees = try bench.classify(features: features)
    #expect(try !FeatureModelCard(ModelFacts.json(of: trees["model"])).classifier.hasTransform)
    #expect(trees["model"].files.keys.contains("classifier/booster.json"))
    #expect(trees.metrics["train/samples"] == 36)
    #expect(trees.metrics["inputs"] == trees.metrics["features"])
    let few = try bench.classify(["components": 3], features: features)
    #expect(few.metrics["inputs"] == 3)
  }

  @Test func parametersOfOtherMethodsAreRefused() {
    for (with, sentence) in [
      (["kernel": "linear"], "'kernel' is for svm, and 'method' is xgboost"),
      (
        ["method": "svm", "trees": 9],
        "'trees' is for xgboost and random-forest, and 'method' is svm"
      ),
      (
        ["method": "svm", "kernel": "linear", "gamma": 0.1],
        "'gamma' is for the rbf kernel, and 'kernel' is linear"
      ),
      (
        ["method": "random-forest", "patience": .null],
        "'patience' is for xgboost, and 'method' is random-forest"
      ),
      (["method": "logistic", "neighbours": 3], "'neighbours' is for k-nearest"),
    ] as [(JSONObject, String)] {
      let error = #expect(throws: ParameterErrors.self) {
        try Classify.Parameters.read(with).get()
      }
      #expect(error?.list.first?.sentence.hasPrefix(sentence) == true, "\(sentence)")
    }
    for with in [["method": "svm", "c": 3], ["scale": "standard"], ["patience": .null]]
      as [JSONObject]
    {
      #expect(throws: Never.self) { try Classify.Parameters.read(with).get() }
    }
  }

  /// A change of the part or of the label that leaves too little to learn from.
  @Test func unusableSplitsAreRefused() throws {
    func fitted(_ change: (inout [String]) -> Void) throws -> String {
      let split = try bench.changed(bench.split, SplitFormat.file) { _, row in change(&row) }
      let error = #expect(throws: StageError.self) {
        try bench.classify(features: features, split: split)
      }
      return error?.description ?? ""
    }
    #expect(try fitted { $0[1] = "test" }.contains("is in the training set"))
    #expect(
      try fitted { if $0[1] == "validation" { $0[1] = "test" } }
        .contains("set 'patience' to null"))
    #expect(
      try fitted { if $0[2] == "red" { $0[1] = "test" } }.contains("no training sample of 'red'"))
    let split = try bench.changed(bench.split, SplitFormat.file) { _, row in
      if row[1] == "validation" { row[1] = "test" }
    }
    let whole = try bench.classify(["patience": .null], features: features, split: split)
    #expect(try PredictionSet(whole["predictions"]).rows.count == 60)
  }
}
