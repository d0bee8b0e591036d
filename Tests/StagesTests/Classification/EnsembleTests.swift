import Classifiers
import Foundation
import Neural
import PipelineDSL
import Testing

@testable import Stages

@Suite struct EnsembleTests {
  private let bench: ClassifyBench
  private let models: [InputArtifact]
  private let predictions: [InputArtifact]

  init() throws {
    let bench = try ClassifyBench()
    self.bench = bench
    models = try [UInt64(3), 4, 5].map { try bench.network(seed: $0) }
    predictions = try models.map { try bench.evaluate($0)["predictions"] }
  }

  private func combine(
    _ with: JSONObject = [:], _ predictions: [InputArtifact]? = nil,
    _ models: [InputArtifact]? = nil
  ) throws -> StageOutcome {
    try bench.harness.run(
      "ensemble", with,
      inputs: ["predictions": predictions ?? self.predictions, "model": models ?? self.models])
  }

  private func failure(
    _ with: JSONObject = [:], _ predictions: [InputArtifact]? = nil,
    _ models: [InputArtifact]? = nil
  ) -> String {
    let error = #expect(throws: StageError.self) { try combine(with, predictions, models) }
    return error?.description ?? ""
  }

  @Test(
    "the model predicts images to the same bytes as the stage predicted",
    arguments: EnsembleRule.Name.allCases)
  func modelAgreesWithPredictions(rule: EnsembleRule.Name) throws {
    guard rule != .stack || Classifiers.isAvailable else { return }
    var with: JSONObject = ["rule": .string(rule.rawValue)]
    if rule != .stack { with["weights"] = [1, 0.5, 2] }
    let outcome = try combine(with)
    let seen = try bench.evaluate(outcome["model"])
    #expect(seen["predictions"].digest == outcome["predictions"].digest)
    #expect(
      try bench.evaluate(predictions: outcome["predictions"]).digests == seen.digests)
    #expect(try bench.evaluate(outcome["model"], threads: 1).digests == seen.digests)
  }

  @Test(
    "bytes are pinned", .enabled(if: PinnedBits.hasClassifiers, PinnedBits.classifiers),
    arguments: [
      (EnsembleRule.Name.mean, "8fe7e248d475", "04ac74fc42ae"),
      (.vote, "08fcd184af81", "4b016cbdeba1"), (.stack, "258bb2099de3", "5455805e97c6"),
    ])
  func bytesArePinned(rule: EnsembleRule.Name, model: String, predictions: String) throws {
    #expect(Ensemble.revision == 1)
    let outcome = try combine(["rule": .string(rule.rawValue)])
    #expect(outcome.digests == ["model": model, "predictions": predictions])
  }

  @Test func meanIsThatOfTheMembersProbabilities() throws {
    let sets = try predictions.map { try PredictionSet($0) }
    let combined = try PredictionSet(combine()["predictions"])
    #expect(combined.rows.map(\.id) == sets[0].rows.map(\.id))
    for (index, row) in combined.rows.enumerated() {
      let own = sets.map { CrossEntropy.softmax($0.rows[index].logits, classes: 3) }
      let mean = (0..<3).map { label in own.reduce(0) { $0 + Double($1[label]) } / 3 }
      #expect(isNear(row.logits.map { exp(Double($0)) }, mean, 1e-5))
    }
  }

  /// With weights, an exchanged order of models would be another ensemble.
  @Test func membersKeepTheirOrder() throws {
    let first = try combine(["weights": [1, 0, 0]])
    let combined = try PredictionSet(first["predictions"])
    let own = try PredictionSet(predictions[0])
    for (left, right) in zip(combined.rows, own.rows) {
      let probabilities = CrossEntropy.softmax(right.logits, classes: 3)
      #expect(
        isNear(left.logits.map { exp(Double($0)) }, probabilities.map { Double($0) }, 1e-5))
    }
    #expect(
      try first["model"].bytes("members/2/model.safetensors")
        == models[1].bytes(
          ModelCard.tensorFile))
    let card = try EnsembleCard(ModelFacts.json(of: first["model"]))
    #expect(card.members == ["members/1", "members/2", "members/3"] && card.weights == [1, 0, 0])
  }

  /// The same predictions with other labels of one part: what only the other parts decide is kept.
  @Test(.enabled(if: Classifiers.isAvailable))
  func stackingUsesTheValidationSetOnly() throws {
    func relabelled(_ part: Part) throws -> [InputArtifact] {
      try predictions.map { artifact in
        try bench.changed(artifact, PredictionsFormat.file) { _, row in
          guard row[1] == part.rawValue else { return }
          row[2] = row[2] == "red" ? "blue" : row[2] == "blue" ? "green" : "red"
        }
      }
    }
    let outcome = try combine(["rule": "stack"])
    let logits = try PredictionSet(outcome["predictions"]).rows.map(\.logits)
    for part in [Part.train, .test] {
      let other = try combine(["rule": "stack"], relabelled(part))
      #expect(try PredictionSet(other["predictions"]).rows.map(\.logits) == logits, "\(part)")
      #expect(other["model"].digest == outcome["model"].digest, "\(part)")
    }
    let other = try combine(["rule": "stack"], relabelled(.validation))
    #expect(try PredictionSet(other["predictions"]).rows.map(\.logits) != logits)
  }

  @Test(.enabled(if: Classifiers.isAvailable), arguments: ClassifierMethod.allCases)
  func everyMethodStacks(method: ClassifierMethod) throws {
    let outcome = try combine(["rule": "stack", "stack-method": .string(method.rawValue)])
    let seen = try bench.evaluate(outcome["model"])
    #expect(seen["predictions"].digest == outcome["predictions"].digest)
  }

  @Test func ensemblesOfEnsemblesArePredicted() throws {
    let inner = try combine(["rule": "vote"])
    let outer = try combine(
      [:], [inner["predictions"], predictions[0]], [inner["model"], models[0]])
    let seen = try bench.evaluate(outer["model"])
    #expect(seen["predictions"].digest == outer["predictions"].digest)
  }

  // MARK: Errors

  @Test func differencesBetweenMembersAreErrors() throws {
    let id = try #require(try PredictionSet(predictions[0]).rows.first?.id)
    let renamed = try bench.changed(predictions[1], PredictionsFormat.file) { _, row in
      if row[0] == id { row[0] = "other" }
    }
    let missing = failure([:], [predictions[0], renamed, predictions[2]])
    #expect(missing.contains("no prediction for sample") && missing.contains("'evaluate'"))
    #expect(missing.contains("'changed-"))
    let moved = try bench.changed(predictions[2], PredictionsFormat.file) { _, row in
      if row[0] == id { row[1] = row[1] == "train" ? "test" : "train" }
    }
    #expect(failure([:], [predictions[0], predictions[1], moved]).contains("sample \(id) is"))
    let classes = try ClassifyBench(classes: 2)
    let model = try classes.network(seed: 3)
    let two = try classes.evaluate(model)["predictions"]
    let other = failure([:], [predictions[0], two], [models[0], model])
    #expect(other.contains("green, red, but") && other.contains("blue, green, red"))
    #expect(
      failure([:], [two, predictions[0]], [models[0], model])
        .contains("the first predictions are those of the first model"))
    withExtendedLifetime(classes) {}
  }

  @Test func weightsAreOnePerModel() {
    #expect(failure(["weights": [1, 2]]).contains("2 numbers for 3 models"))
    for with in [
      ["rule": "stack", "weights": [1]], ["weights": [0, 0]], ["weights": [-1, 1]],
      ["stack-method": "svm"],
    ] as [JSONObject] {
      #expect(throws: ParameterErrors.self) { try Ensemble.Parameters.read(with).get() }
    }
  }

  @Test func predictionsAndModelsArePaired() throws {
    #expect(failure([:], nil, [models[0]]).contains("3 predictions and 1 models"))
    let places = try [UInt64(7), 8].map {
      try bench.network(seed: $0, coordinates: ["seed": .integer(Int($0))])
    }
    let given = try places.map { model in
      let own = try bench.evaluate(model)["predictions"]
      return InputArtifact(
        digest: own.digest, coordinates: model.coordinates, stage: "scores", files: own.files)
    }
    #expect(throws: Never.self) { try combine([:], given, places) }
    let swapped = failure([:], given, places.reversed())
    #expect(swapped.contains("'scores seed=7'") && swapped.contains("'network-8 seed=8'"))
  }

  /// A stage that gives both is recognised beside one that gives only a model.
  @Test func aStageThatGivesBothIsPairedWithItself() {
    let own = InputArtifact(
      digest: models[1].digest, stage: predictions[1].stage, files: models[1].files)
    #expect(
      failure([:], Array(predictions.prefix(2)), [models[0], own]).contains("input 1 pairs"))
  }

  @Test func stackNeedsEveryClassInTheValidationSet() throws {
    let changed = try predictions.map { artifact in
      try bench.changed(artifact, PredictionsFormat.file) { _, row in
        if row[1] == "validation", row[2] == "red" { row[1] = "test" }
      }
    }
    #expect(failure(["rule": "stack"], changed).contains("no validation sample of 'red'"))
  }
}
