import Foundation
import Imaging
import Neural
import PipelineDSL
import Testing

@testable import Stages

/// Prediction with a network and a weights file, and with all kinds of arrays.
@Suite struct PredictorTests {
  private let harness: StageHarness

  init() throws { harness = try StageHarness() }

  private func weights(_ form: Backbone.Form) throws -> String {
    let weights = Weights(try Backbone.cnn.network(form), seed: 3)
    let file = Safetensors.encode(weights.tensors)
    return try harness.write([("w.safetensors", file)], under: "w\(form.hashValue)")
      + "/w.safetensors"
  }

  private func predictor(classes: [String]? = nil) throws -> Predictor {
    let form = Backbone.Form(size: 16, classes: 4, head: .plain)
    return try Predictor(
      network: "cnn", weights: try weights(form), size: 16, classes: classes, threads: 2)
  }

  private func predicted(
    _ predictor: Predictor, _ paths: [String], as form: PredictionInputs.Form = .automatic
  ) throws -> (logits: [[Float]], problems: [String]) {
    var (logits, problems) = ([[Float]](), [String]())
    try predictor.predict(try PredictionInputs(paths), as: form) {
      problems.append("\($0.split(separator: "/").last ?? ""): \($1)")
    } each: {
      logits.append($0.logits)
    }
    return (logits, problems)
  }

  private func images(_ count: Int, size: Int) -> [Image] {
    (0..<count).map {
      Pictures.disc(
        width: size, height: size, x: size / 2, y: size / 2, radius: 3 + $0 % 4,
        colour: [UInt8(60 + $0 % 100), 30, 150])
    }
  }

  private func array(_ images: [Image]) throws -> String {
    let array = NPYArray(
      uint8: images.flatMap(\.pixels),
      shape: [images.count, images[0].height, images[0].width, 3])
    return try harness.write([("a.npy", array.encoded)], under: "a\(images[0].width)") + "/a.npy"
  }

  @Test func numbersClassesAndDetectsTheHead() throws {
    #expect(try predictor().classes == ["0", "1", "2", "3"])
    for width in [1, 128, 200] {
      let hidden = Backbone.Form(size: 16, classes: 2, head: .hidden(width: width))
      let other = try Predictor(
        network: "cnn", weights: try weights(hidden), size: 16, classes: ["a", "b"], threads: 1)
      #expect(other.classes == ["a", "b"])
    }
  }

  @Test func logitsAreIndependentOfTheBatch() throws {
    let images = images(70, size: 16)
    let predictor = try predictor()
    let together = try predicted(predictor, [try array(images)]).logits
    #expect(together.count == 70)
    for index in [0, 31, 32, 69] {
      let file = try harness.write(
        [("one.png", try PNGCodec.encode(images[index]))], under: "one\(index)")
      #expect(try predicted(predictor, [file + "/one.png"], as: .crops).logits == [together[index]])
    }
  }

  @Test func acceptsNormalisedInputs() throws {
    let image = images(1, size: 16)[0]
    let values = Backbone.cnn.normalisation.floats(image.pixels)
    let file = try harness.write(
      [("x.npy", NPYArray(float32: values, shape: [1, 16, 16, 3]).encoded)], under: "x")
    let predictor = try predictor()
    let (logits, _) = try predicted(predictor, [file + "/x.npy"])
    #expect(try predicted(predictor, [try array([image])]).logits == logits)
  }

  @Test func arraysOfAnotherSizeAreTreatedAsOriginals() throws {
    let large = images(2, size: 40)
    let predictor = try predictor()
    let resized = try array(large.map { $0.resized(width: 16, height: 16) })
    let path = try array(large)
    #expect(try predicted(predictor, [path]).logits == predicted(predictor, [resized]).logits)
    let (logits, problems) = try predicted(predictor, [path], as: .crops)
    #expect(logits.isEmpty && problems.count == 2)
    #expect(problems[0].contains("40 x 40"))
  }

  @Test func refusesMismatchedWeights() throws {
    let plain = try weights(Backbone.Form(size: 16, classes: 4, head: .plain))
    for (network, classes, reason) in [
      ("cnm", nil, "no network 'cnm'; did you mean 'cnn'?"),
      ("mobilenet-v2", nil, "missing"),
      ("cnn", ["a", "b"], "4 outputs, and 2 different class names"),
    ] as [(String, [String]?, String)] {
      let failure = #expect(throws: StageError.self) {
        try Predictor(network: network, weights: plain, size: 32, classes: classes, threads: 1)
      }
      #expect(failure?.reason.contains(reason) == true, "\(failure?.reason ?? "")")
    }
    let features = try harness.write(
      [("f.safetensors", Safetensors.encode([Tensor(name: "x", shape: [1], values: [0])]))],
      under: "f")
    let failure = #expect(throws: StageError.self) {
      try Predictor(
        network: "cnn", weights: features + "/f.safetensors", size: 32, classes: nil, threads: 1)
    }
    #expect(
      failure?.reason.contains("classifier.4.weight or classifier.1.weight is missing") == true)
  }

  @Test func refusesArraysWithoutImages() throws {
    let file = try harness.write(
      [("x.npy", NPYArray(float32: [1, 2], shape: [2]).encoded)], under: "n")
    let failure = #expect(throws: StageError.self) { try PredictionInputs([file + "/x.npy"]) }
    #expect(failure?.reason.contains("is not an array of images") == true)
  }

  @Test("a model of several networks has one overlay per network, and takes no finished inputs")
  func partedModelsPredict() throws {
    let predictor = Predictor(PartedModel(), threads: 2)
    let images = images(3, size: 16)
    var found: [Predictor.Prediction] = []
    try predictor.predict(
      try PredictionInputs([try array(images)]), overlay: .predicted,
      problem: { _, reason in throw StageError(reason) }, each: { found.append($0) })
    #expect(try found.map(\.logits) == PartedModel().logits(of: images))
    for prediction in found {
      #expect(prediction.overlays.map(\.part) == ["inception-v3", "xception"])
      #expect(prediction.overlays[0].png != prediction.overlays[1].png)
    }
    let large = try predicted(predictor, [try array(self.images(2, size: 40))], as: .crops)
    #expect(large.logits.isEmpty && large.problems.allSatisfy { $0.contains("40 x 40") })
    let values = NPYArray(float32: [Float](repeating: 0, count: 768), shape: [1, 16, 16, 3])
    let file = try harness.write([("x.npy", values.encoded)], under: "finished") + "/x.npy"
    let (logits, problems) = try predicted(predictor, [file])
    #expect(logits.isEmpty && problems.count == 1)
    #expect(problems[0].contains("normalised inputs of type float32 are for a single network"))
  }

  @Test("a model artifact of a single network predicts as the network does")
  func modelArtifactsPredict() throws {
    let bench = try FeatureBench(count: 15)
    let predictor = try Predictor(model: try bench.model(3, kind: "network"), threads: 2)
    let images = images(3, size: 16)
    let model = try TrainedModel.load(try bench.model(3), threads: 1)
    #expect(try predicted(predictor, [try array(images)]).logits == model.logits(of: images))
    var overlays: [[String]] = []
    try predictor.predict(
      try PredictionInputs([try array(images)]), overlay: .of(1),
      problem: { _, reason in throw StageError(reason) },
      each: { overlays.append($0.overlays.map(\.part)) })
    #expect(overlays == [[""], [""], [""]])
  }
}
