import Foundation
import PipelineDSL
import Testing

@testable import Stages

@Suite struct CalibrateTests {
  static let methods = CalibrationRule.Method.allCases.map(\.rawValue)

  private func calibrate(_ scene: CalibrationScene, _ method: String) throws -> StageOutcome {
    try scene.run("calibrate", ["method": .string(method)])
  }

  @Test(
    "a model that is too sure has a smaller loss and error after calibration", arguments: methods)
  func lossFalls(method: String) throws {
    let metrics = try calibrate(try CalibrationScene(), method).metrics
    for part in ["validation", "test"] {
      // A new sample can have a class that isotonic regression has never seen at its probability.
      for name in method == "isotonic" && part == "test" ? ["ece"] : ["nll", "ece"] {
        let before = try #require(metrics["before/\(part)/\(name)"])
        let after = try #require(metrics["after/\(part)/\(name)"])
        #expect(after < before, "\(part)/\(name)")
      }
    }
    #expect(metrics["after/test/samples"] == 200)
    #expect(metrics["before/calibration/nll"] != nil)
    if method == "temperature" {
      // The scene's logits are twice those of the probabilities that labels were drawn by.
      #expect(abs((metrics["temperature"] ?? 0) - 2) < 0.9)
      #expect(metrics["before/test/accuracy"] == metrics["after/test/accuracy"])
    }
  }

  @Test("the model predicts images to the same bytes as the stage predicted", arguments: methods)
  func modelAgreesWithPredictions(method: String) throws {
    let bench = try ClassifyBench()
    let with: JSONObject = ["method": .string(method)]
    let inner = try bench.network(seed: 3)
    let outcome = try bench.onImages("calibrate", with, model: inner, split: bench.split)
    let seen = try bench.evaluate(outcome["model"])
    #expect(seen["predictions"].digest == outcome["predictions"].digest)
    #expect(
      try bench.evaluate(predictions: outcome["predictions"]).digests == seen.digests)
    let single = try bench.onImages(
      "calibrate", with, model: inner, split: bench.split, threads: 1)
    #expect(single.digests == outcome.digests)
    // Predictions that were made before say the same as the model.
    let given = try bench.harness.run(
      "calibrate", with,
      inputs: [
        "model": [inner], "predictions": [try bench.evaluate(inner)["predictions"]],
        "split": [bench.split],
      ])
    #expect(given.digests == outcome.digests)
  }

  @Test("only the validation part is fitted on", arguments: methods)
  func validationOnly(method: String) throws {
    let outcome = try calibrate(try CalibrationScene(), method)
    for part in Part.allCases {
      let other = try calibrate(
        try CalibrationScene { index, own, label in
          own == part ? ["blue", "green", "red"][index % 3] : label
        }, method)
      #expect(
        (other["model"].digest == outcome["model"].digest) == (part != .validation), "\(part)")
    }
  }

  @Test("the table has one row per part, state and bin with samples")
  func reliability() throws {
    let table = try calibrate(try CalibrationScene(), "temperature")
      .table("table", ReliabilityBins.file)
    #expect(table.columns == ReliabilityBins.columns)
    let rows = table.rows.filter { $0[0] == "test" && $0[1] == "before" }
    #expect(rows.reduce(0) { $0 + (Int($1[4]) ?? 0) } == 200)
  }

  @Test("parts without samples are left out")
  func emptyParts() throws {
    let metrics = try calibrate(try CalibrationScene([0, 90, 0, 0]), "temperature").metrics
    #expect(metrics["after/validation/nll"] != nil)
    #expect(!metrics.keys.contains { $0.contains("/test/") || $0.contains("/calibration/") })
  }

  /// The model contains a network's weights, and is compared with the predictions elsewhere.
  @Test func bytesArePinned() throws {
    let scene = try CalibrationScene()
    var digests: [String: String] = [:]
    for method in Self.methods {
      let outcome = try calibrate(scene, method)
      digests[method] = outcome["predictions"].digest.short
      digests["\(method) metrics"] = outcome["metrics"].digest.short
    }
    #expect(
      digests == [
        "temperature": "ba2745b547a4", "temperature metrics": "0afd71cbfa12",
        "vector": "f59895223d3b", "vector metrics": "6aadc8745561",
        "isotonic": "1e0ffeada0f5", "isotonic metrics": "3967071e9fd5",
      ])
    #expect(Calibrate.revision == 1)
  }

  // MARK: Errors

  @Test("an empty validation part is refused")
  func noValidation() throws {
    let found = try CalibrationScene([20, 0, 20, 20]).failure("calibrate")
    #expect(found.contains("the validation set is empty") && found.contains("larger fraction"))
  }

  @Test("a class without validation samples is refused, or ignored by the temperature")
  func missingClass() throws {
    let scene = try CalibrationScene { _, part, label in
      part == .validation && label == "red" ? "blue" : label
    }
    for method in ["vector", "isotonic"] {
      let found = scene.failure("calibrate", ["method": .string(method)])
      #expect(found.contains("no validation sample of 'red'"))
    }
    let outcome = try scene.run("calibrate")
    #expect(outcome.events.warnings.contains { $0.contains("no validation sample of 'red'") })
  }

  @Test("a validation set without errors leaves the temperature at its limit, with a warning")
  func noErrors() throws {
    let scene = try CalibrationScene()
    let right = try scene.bench.changed(scene.predictions, PredictionsFormat.file) { columns, row in
      for (index, column) in columns.enumerated() where column.hasPrefix("logit_") {
        row[index] = column == "logit_" + row[2] ? "2" : "0"
      }
    }
    let outcome = try scene.bench.harness.run(
      "calibrate",
      inputs: ["model": [scene.model], "predictions": [right], "split": [scene.split]])
    #expect(outcome.events.warnings.contains { $0.contains("at its limit of 0.01") })
  }

  @Test("predictions of another model's classes, and no predictions at all, are refused")
  func wrongInputs() throws {
    let scene = try CalibrationScene()
    let other = try ClassifyBench(classes: 2)
    let model = try other.network(seed: 3)
    let failure = #expect(throws: StageError.self) {
      try scene.bench.harness.run(
        "calibrate",
        inputs: ["model": [model], "predictions": [scene.predictions], "split": [scene.split]])
    }
    #expect(failure?.reason.contains("but the model has green, red") == true)
    let nothing = #expect(throws: StageError.self) {
      try scene.bench.harness.run(
        "calibrate", inputs: ["model": [scene.model], "split": [scene.split]])
    }
    #expect(nothing?.reason.contains("neither 'predictions' nor 'images'") == true)
    withExtendedLifetime(other) {}
  }
}
