import Imaging
import Neural
import PipelineDSL
import Testing

@testable import Stages

@Suite struct ExtractFeaturesTests {
  private let bench: FeatureBench

  init() throws { bench = try FeatureBench() }

  private func tensor(_ name: String, _ seed: UInt64) throws -> [Float] {
    try #require(FeatureBench.tensors(seed).first { $0.name == name }).values
  }

  /// A dense layer: values x inputs to outputs.
  private func dense(_ row: [Float], _ weight: [Float], _ bias: [Float]) -> [Float] {
    bias.indices.map { output in
      row.indices.reduce(bias[output]) { $0 + row[$1] * weight[output * row.count + $1] }
    }
  }

  @Test("the points of a network lead to each other and to its logits")
  func pointsAgreeWithTheForwardPass() throws {
    let points = try FeaturePoint.allCases.map {
      try FeatureBench.rows(try bench.extracted(5, at: $0)["features"])
    }
    let (maps, pooled, hidden) = (points[0], points[1], points[2])
    let model = try TrainedModel.load(try bench.model(5), threads: 1)
    let images = try ImageSet(bench.images)
    let logits = try model.logits(of: images.samples.indices.map { try images.image($0) })
    #expect(maps.count == 60 && hidden[0].count == 12)
    for index in maps.indices {
      let channels = pooled[index].count
      let positions = maps[index].count / channels
      let means = (0..<channels).map { channel in
        (0..<positions).reduce(0) { $0 + maps[index][$1 * channels + channel] } / Float(positions)
      }
      #expect(isNear(means, pooled[index]))
      let units = dense(
        pooled[index], try tensor("classifier.1.weight", 5), try tensor("classifier.1.bias", 5))
      #expect(isNear(units.map { max($0, 0) }, hidden[index]))
      let last = dense(
        hidden[index], try tensor("classifier.4.weight", 5), try tensor("classifier.4.bias", 5))
      #expect(isNear(last, logits[index]))
    }
  }

  @Test("samples are those of the images, in their order")
  func samplesAreThoseOfTheImages() throws {
    let outcome = try bench.extracted(5)
    #expect(
      try outcome.text("features", SamplesFormat.file)
        == String(decoding: bench.images.bytes(SamplesFormat.file), as: UTF8.self))
    #expect(outcome.events.progress.map(\.done) == [32, 60])
    #expect(outcome.events.progress.allSatisfy { $0.total == 60 && $0.unit == "images" })
    #expect(outcome.events.warnings.isEmpty)
    let array = try NPYArray(parsing: outcome["features"].bytes(FeatureSet.file))
    #expect(array.kind == .float32 && array.shape[0] == 60)
  }

  @Test("the network's files are unchanged in the artifact")
  func networkFilesAreUnchanged() throws {
    let (outcome, model) = (try bench.extracted(5), try bench.model(5))
    for name in [ModelCard.file, ModelCard.tensorFile] {
      #expect(try outcome["features"].bytes("networks/1/\(name)") == model.bytes(name))
    }
    let recipe = try FeatureSet(outcome["features"]).recipe
    #expect(recipe.parts.map(\.folder) == ["networks/1"] && recipe.fusion == nil)
  }

  @Test("bytes do not depend on the number of threads")
  func threadsDoNotChangeBytes() throws {
    for point in FeaturePoint.allCases {
      let digests = try [1, 2, 3].map { try bench.extracted(5, at: point, threads: $0).digests }
      #expect(digests[0] == digests[1] && digests[0] == digests[2])
    }
  }

  @Test(
    "bytes are pinned", .enabled(if: PinnedBits.hasNetworks, PinnedBits.networks),
    arguments: [
      (FeaturePoint.convolution, "f0756edcc1ae"), (.pooled, "035a9b7916db"),
      (.dense, "c44c632d8658"),
    ])
  func bytesArePinned(point: FeaturePoint, digest: String) throws {
    #expect(ExtractFeatures.revision == 1)
    let outcome = try bench.extracted(5, at: point)
    #expect(outcome.digests == ["features": digest])
  }

  @Test("the features of an image do not depend on its batch")
  func batchesDoNotChangeFeatures() throws {
    let images = try ImageSet(bench.images)
    let rows = try FeatureBench.rows(bench.extracted(5)["features"])
    let branch = try FeatureBranch(bench.model(5), at: .pooled, threads: 1)
    for index in [0, 31, 32, 59] {
      #expect(try branch.features(of: [images.image(index)]) == rows[index])
    }
  }

  private func weights(_ tensors: [Tensor]) throws -> String {
    try bench.harness.write([("w.safetensors", Safetensors.encode(tensors))], under: "w")
      + "/w.safetensors"
  }

  @Test("a weights file gives the features of a model with the same convolutions")
  func weightsFileGivesTheSameFeatures() throws {
    let path = try weights(try FeatureBench.tensors(5))
    for point in ["pooled", "last-convolution"] {
      let outcome = try bench.harness.run(
        "extract-features", ["network": "cnn", "at": .string(point)],
        inputs: ["images": [bench.images]], locations: ["weights": path])
      let model = try bench.extracted(5, at: try #require(FeaturePoint(rawValue: point)))
      #expect(
        try FeatureBench.rows(outcome["features"]) == FeatureBench.rows(model["features"]))
      let network = outcome["features"].folder("networks/1")
      let card = try ModelCard(network, mayLackHead: true)
      #expect(!card.hasHead && card.size == 16 && card.backbone == .cnn)
      let stored = try Safetensors.decode(network.bytes(ModelCard.tensorFile)).map(\.name)
      #expect(!stored.isEmpty && stored.allSatisfy { $0.hasPrefix("features.") })
    }
  }

  private func failure(
    _ with: JSONObject, _ inputs: [String: [InputArtifact]], weights: String? = nil
  ) -> String {
    let failure = #expect(throws: StageError.self) {
      try bench.harness.run(
        "extract-features", with, inputs: inputs.merging(["images": [bench.images]]) { $1 },
        locations: weights.map { ["weights": $0] } ?? [:])
    }
    return failure?.description ?? ""
  }

  @Test("both ways to name a network, and neither, are errors")
  func namingNoOrTwoNetworksIsRefused() throws {
    let path = try weights(try FeatureBench.tensors(5))
    #expect(failure([:], [:]).hasPrefix("no network: there is neither the input 'model'"))
    let both = failure(["network": "cnn"], ["model": [try bench.model(5)]], weights: path)
    #expect(both.hasPrefix("both the input 'model' and the parameters"))
  }

  @Test("models of other kinds and wrong weights are errors")
  func unsuitableNetworksAreRefused() throws {
    let ensemble = failure([:], ["model": [try bench.model(5, kind: "ensemble")]])
    #expect(
      ensemble.hasPrefix("'model' is of kind 'ensemble'; features are taken from a single network"))
    let other = failure([:], ["model": [try bench.model(5, size: 24)]])
    #expect(other.contains("an image of 16 x 16 pixels and 3 channels; the model takes 24 x 24"))
    let path = try weights([Tensor(name: "x", shape: [1], values: [0])])
    #expect(failure(["network": "cnn"], [:], weights: path).contains("w.safetensors: "))
  }

  @Test("parameters that belong together are checked")
  func conflictsAreRefused() throws {
    let kind = try #require(StageCatalogue.all["extract-features"])
    for with in [
      ["network": "cnn"], ["weights": "w.pth"],
      ["network": "cnn", "weights": "w.pth", "at": "dense"],
    ] as [JSONObject] {
      #expect(throws: ParameterErrors.self) { try kind.resolve(with) }
    }
  }

  @Test("numbers that are not finite are an error that names the sample")
  func nonFiniteFeaturesAreRefused() throws {
    let samples = try ImageSet(bench.images).samples
    let folder = try bench.harness.write([("keep", [])], under: "written")
    let failure = #expect(throws: StageError.self) {
      var writer = try FeatureWriter(folder, samples: samples, width: 2)
      try writer.add([1, 2, 3, 4])
      try writer.add([1, .nan])
    }
    #expect(failure?.reason == "the features of sample \(samples[2].id) are not finite")
  }

  @Test("images that were prepared otherwise give a warning")
  func otherPreparationsGiveAWarning() throws {
    let model = try bench.model(
      7, preparation: Preparation(parameters: CropNormalise.Parameters()))
    let outcome = try bench.harness.run(
      "extract-features", inputs: ["model": [model], "images": [bench.images]])
    #expect(outcome.events.warnings.count == 1)
  }

  @Test("every network gives features at every point", arguments: Backbone.allCases)
  func everyBackboneGivesFeatures(_ backbone: Backbone) throws {
    let size = backbone.smallestSize
    let form = Backbone.Form(size: size, classes: 2, head: .hidden(width: 5))
    let tensors = Weights(try backbone.network(form), seed: 3).tensors
    let card = ModelCard(
      backbone: backbone, classes: ["a", "b"], size: size, normalisation: backbone.normalisation,
      parameters: 1, dense: 5)
    let images = (0..<2).map {
      Image(width: size, height: size, channels: 3, filledWith: UInt8(100 + 50 * $0))
    }
    var widths: [Int] = []
    for point in FeaturePoint.allCases {
      let branch = try FeatureBranch(card, tensors, at: point, threads: 2)
      let features = try branch.features(of: images)
      #expect(features.count == 2 * branch.width && features.allSatisfy(\.isFinite))
      widths.append(branch.width)
    }
    #expect(widths[0].isMultiple(of: widths[1]) && widths[2] == 5)
  }
}
