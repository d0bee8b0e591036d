import Classifiers
import Foundation
import Imaging
import PipelineDSL
import Testing

@testable import Stages

/// Calibrated and conformal models, within each other and around models of every kind.
@Suite struct WrappedModelTests {
  private let bench: ClassifyBench
  private let images: ImageSet

  init() throws {
    bench = try ClassifyBench()
    images = try ImageSet(bench.images)
  }

  private func calibrated(_ model: InputArtifact) throws -> InputArtifact {
    try bench.onImages("calibrate", model: model)["model"]
  }

  private func conformal(_ model: InputArtifact, _ with: JSONObject = [:]) throws -> InputArtifact {
    try bench.onImages("conformal", with, model: model)["model"]
  }

  @Test("a conformal model predicts as the model within it, to the last bit")
  func conformalPredictsAsItsModel() throws {
    let network = try bench.network(seed: 3)
    let wrapped = try conformal(network)
    #expect(try bench.evaluate(wrapped).digests == bench.evaluate(network).digests)
    let model = try ImageModels.load(wrapped, threads: 1)
    #expect(model.classes == bench.classes && model.size == 16)
  }

  @Test("explanations are those of the model within")
  func explanations() throws {
    let network = try bench.network(seed: 3)
    let image = try images.image(0)
    let inner = try ImageModels.load(network, threads: 1)
    let wanted = try inner.gradCAMs(image, class: 1, at: nil)
    let gradients = try #require(inner.gradients)
    let input = try gradients.input(image)
    for wrapped in [try calibrated(network), try conformal(network)] {
      let model = try ImageModels.load(wrapped, threads: 1)
      #expect(try model.gradCAMs(image, class: 1, at: nil).map(\.map) == wanted.map(\.map))
      let own = try #require(model.gradients)
      #expect(try own.gradients(input, 2) == gradients.gradients(input, 2))
      let outcome = try bench.harness.run(
        "explain", ["methods": ["grad-cam", "integrated-gradients"], "per-class": 1, "steps": 8],
        inputs: ["model": [wrapped], "images": [bench.images], "split": [bench.split]])
      #expect(try !outcome.table("explanations", ExplanationsFormat.file).rows.isEmpty)
    }
  }

  @Test("an ensemble of a calibrated model and another, calibrated and made conformal, predicts")
  func nesting() throws {
    let networks = try [UInt64(3), 4].map { try bench.network(seed: $0) }
    let members = [try calibrated(networks[0]), networks[1]]
    let predictions = try members.map { try bench.evaluate($0)["predictions"] }
    let ensemble = try bench.harness.run(
      "ensemble", inputs: ["predictions": predictions, "model": members])["model"]
    let whole = try conformal(try calibrated(ensemble), ["method": "raps", "levels": [0.2, 0.1]])
    let predictor = try Predictor(model: whole, threads: 2)
    #expect(predictor.setNames == ["set_0.2", "set_0.1"])
    #expect(try predicted(predictor, [images.image(0)])[0].sets.count == 2)
    let seen = try PredictionSet(bench.evaluate(whole)["predictions"])
    #expect(seen.rows.count == images.samples.count)
  }

  @Test(
    "a fused feature model is calibrated and made conformal", .enabled(if: Classifiers.isAvailable))
  func featureModels() throws {
    let fitted = try bench.classify(features: try bench.features(fused: true))["model"]
    let whole = try conformal(try calibrated(fitted))
    let predictor = try Predictor(model: whole, threads: 2)
    #expect(predictor.setNames == ["set_0.1"])
    #expect(try bench.evaluate(whole).metrics["test/samples"] == 12)
  }

  @Test("calibrating a conformal model warns that its sets are lost")
  func calibratedConformal() throws {
    let model = try conformal(try bench.network(seed: 3))
    let outcome = try bench.onImages("calibrate", model: model)
    #expect(outcome.events.warnings.contains { $0.contains("'conformal' after it") })
    #expect(try Predictor(model: outcome["model"], threads: 1).setNames.isEmpty)
  }

  // MARK: Prediction

  /// The predictions for images, each from a file of its own.
  private func predicted(
    _ predictor: Predictor, _ images: [Image]
  ) throws -> [Predictor.Prediction] {
    let files = try images.enumerated().map { ("\($0).png", try PNGCodec.encode($1)) }
    let folder = try bench.harness.write(files, under: "png-\(images.count)")
    var found: [Predictor.Prediction] = []
    try predictor.predict(
      try PredictionInputs(files.map { folder + "/" + $0.0 }), as: .crops
    ) { name, reason in
      Issue.record("\(name): \(reason)")
    } each: {
      found.append($0)
    }
    return found
  }

  @Test("the set of a file is that of the sample with its digest")
  func setsOfFiles() throws {
    let wrapped = try conformal(
      try bench.network(seed: 3), ["method": "aps", "false-negatives": ["red"]])
    let predictor = try Predictor(model: wrapped, threads: 2)
    let rule = try #require(predictor.conformal?.rule)
    let chosen = try (0..<6).map { try images.image($0) }
    let found = try predicted(predictor, chosen)
    var file = try PredictionFile(
      path: nil, classes: predictor.classes, sets: predictor.setNames, count: 6, logits: false)
    for (image, prediction) in zip(chosen, found) {
      let id = Digest.of(try PNGCodec.encode(image)).hex
      #expect(prediction.sets == rule.fields(prediction.logits, id: id))
      try file.add(prediction, classes: predictor.classes)
    }
    let table = try #require(try file.finish())
    #expect(Array(table.columns[2...3]) == ["set_0.1", "flagged"])
    #expect(table.rows.map { Array($0[2...3]) } == found.map(\.sets))
    let plain = try Predictor(model: try bench.network(seed: 4), threads: 1)
    #expect(plain.setNames.isEmpty)
    #expect(try predicted(plain, [images.image(0)])[0].sets.isEmpty)
  }

  // MARK: Damage

  @Test("damaged cards are reported", arguments: ["calibrated", "conformal"])
  func damage(kind: String) throws {
    let network = try bench.networkFiles(seed: 3)
    let rule: JSONObject =
      kind == "calibrated"
      ? ["method": "temperature", "temperature": 2]
      : [
        "method": "lac", "randomised": false, "by": "none",
        "levels": [["level": 0.1, "thresholds": ["": 0.5]]],
      ]
    func files(_ more: JSONObject) -> [(path: String, bytes: [UInt8])] {
      var object: JSONObject = [
        "kind": .string(kind), "classes": bench.classes.json, "size": 16, "member": "model",
      ]
      for member in rule.members + more.members { object[member.name] = member.value }
      return network.map { ("model/" + $0.path, $0.bytes) } + [
        (ModelCard.file, Array(JSONPrettyForm.text(of: .object(object)).utf8))
      ]
    }
    let good = try bench.harness.artifact("good-\(kind)", files([:]))
    #expect(throws: Never.self) { try ImageModels.load(good, threads: 1) }
    for (index, (more, reason))
      in ([
        (["member": "../model"], "not the relative path"), (["member": "other"], "no model.json"),
        (["member": 1], "not the relative path"), (["size": 17], "the size of 'model'"),
        (["classes": ["a", "b", "c"]], "the classes or the size of 'model'"),
        (["method": "best"], "'method'"), (["classes": ["a"]], "inconsistent"),
      ] as [(JSONObject, String)]).enumerated()
    {
      let damaged = try bench.harness.artifact("damaged-\(kind)-\(index)", files(more))
      let error = #expect(throws: StageError.self) { try ImageModels.load(damaged, threads: 1) }
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }
  }
}
