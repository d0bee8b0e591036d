import Imaging
import Neural
import PipelineDSL
import Testing

@testable import Stages

@Suite struct FeatureComputationTests {
  private let bench: FeatureBench
  private let image: Image

  init() throws {
    bench = try FeatureBench()
    // Without even areas, where a rounding error would decide which pixel is the largest.
    image = Image(
      width: 16, height: 16,
      pixels: (0..<768).map { UInt8(truncatingIfNeeded: Digest.of("\($0)").seed) })
  }

  private func computation(
    _ artifact: InputArtifact, threads: Int = 2
  ) throws -> FeatureComputation {
    try FeatureComputation(try FeatureSet(artifact).recipe, from: artifact, threads: threads)
  }

  /// The features of two networks, with trained layers if `hidden` is not empty.
  private func fused(hidden: [Int] = []) throws -> InputArtifact {
    try bench.harness.run(
      "fuse-features",
      ["hidden": .array(hidden.map { .integer($0) }), "epochs": 2, "batch": 12],
      inputs: [
        "features": [
          try bench.extracted(1, at: .pooled)["features"],
          try bench.extracted(2, at: .dense)["features"],
        ], "split": [bench.split],
      ])["features"]
  }

  private func tensor(_ name: String, _ tensors: [Tensor]) throws -> [Float] {
    try #require(tensors.first { $0.name == name }).values
  }

  @Test("features of new images are those of the artifact, to the last bit")
  func repeatsTheArtifact() throws {
    let images = try ImageSet(bench.images)
    for hidden in [[], [6], [8, 5]] {
      let artifact = try fused(hidden: hidden)
      let rows = try FeatureBench.rows(artifact)
      for threads in [1, 3] {
        let computation = try computation(artifact, threads: threads)
        #expect(computation.size == 16 && computation.width == rows[0].count)
        let found = try computation.features(
          of: images.samples.indices.map { try images.image($0) })
        #expect(found == rows)
        #expect(try computation.features(of: [images.image(40)]) == [rows[40]])
      }
    }
  }

  @Test("pixels in [0, 1] give the features of the image")
  func acceptsPixels() throws {
    let computation = try computation(try fused(hidden: [6]))
    let pixels = image.pixels.map { Float($0) / 255 }
    let rows = try computation.features(ofPixels: pixels + pixels)
    #expect(rows.count == 2 && rows[0] == rows[1])
    #expect(isNear(rows[0], try computation.features(of: [image])[0]))
  }

  @Test("Grad-CAM through dense features is that of the network's own head")
  func gradCAMAgreesWithTheNetwork() throws {
    let computation = try computation(try bench.extracted(5, at: .dense)["features"])
    let model = try TrainedModel.load(try bench.model(5), threads: 1)
    let weight = try tensor("classifier.4.weight", FeatureBench.tensors(5))
    for label in 0..<3 {
      for layer in [nil, "features.5"] {
        let own = try model.gradCAMs(image, class: label, at: layer)
        let row = Array(weight[label * 12..<(label + 1) * 12])
        var seen: [Float] = []
        let found = try computation.gradCAMs(
          image, at: layer,
          gradient: {
            seen = $0
            return row
          }, fallback: "none")
        #expect(found.count == 1 && found[0].part.isEmpty && own[0].part.isEmpty)
        #expect((found[0].width, found[0].height) == (own[0].width, own[0].height))
        #expect(isNear(found[0].map, own[0].map))
        #expect(try seen == computation.features(of: [image])[0])
      }
    }
  }

  @Test("without a gradient each network's own head is explained")
  func gradCAMFallsBackToOwnHeads() throws {
    let computation = try computation(try fused())
    let found = try computation.gradCAMs(
      image, at: nil, gradient: { _ in nil }, fallback: "green")
    #expect(found.map(\.part) == ["cnn", "cnn-2"])
    for (seed, cam) in zip([1, 2] as [UInt64], found) {
      let model = try TrainedModel.load(try bench.model(seed), threads: 1)
      #expect(try model.gradCAMs(image, class: 1, at: nil)[0].map == cam.map)
    }
    let failure = #expect(throws: StageError.self) {
      try computation.gradCAMs(image, at: nil, gradient: { _ in nil }, fallback: "grey")
    }
    #expect(
      failure?.reason == "Grad-CAM needs a gradient: the classifier has none, and the head of cnn "
        + "does not know the class 'grey'")
  }

  @Test("without a gradient the output layer of a fusion is explained")
  func gradCAMFallsBackToTheFusion() throws {
    let artifact = try fused(hidden: [6])
    let computation = try computation(artifact)
    let fusion = try #require(FeatureSet(artifact).recipe.fusion)
    let weight = try tensor("output.weight", Safetensors.decode(artifact.bytes(fusion.file)))
    for (label, name) in fusion.classes.enumerated() {
      let fallback = try computation.gradCAMs(
        image, at: nil, gradient: { _ in nil }, fallback: name)
      let given = try computation.gradCAMs(
        image, at: nil, gradient: { _ in Array(weight[label * 6..<(label + 1) * 6]) },
        fallback: "none")
      #expect(fallback.map(\.part) == ["cnn", "cnn-2"])
      for (one, other) in zip(fallback, given) { #expect(isNear(one.map, other.map)) }
    }
    let failure = #expect(throws: StageError.self) {
      try computation.gradCAMs(image, at: nil, gradient: { _ in nil }, fallback: "grey")
    }
    #expect(failure?.reason.contains("do not know the class 'grey'") == true)
  }

  @Test("a network without a head has no Grad-CAM without a gradient")
  func headlessNetworksNeedAGradient() throws {
    let path =
      try bench.harness.write(
        [("w.safetensors", Safetensors.encode(try FeatureBench.tensors(5)))], under: "w")
      + "/w.safetensors"
    let artifact = try bench.harness.run(
      "extract-features", ["network": "cnn"], inputs: ["images": [bench.images]],
      locations: ["weights": path])["features"]
    let computation = try computation(artifact)
    let failure = #expect(throws: StageError.self) {
      try computation.gradCAMs(image, at: nil, gradient: { _ in nil }, fallback: "red")
    }
    #expect(failure?.reason.hasPrefix("Grad-CAM needs a gradient") == true)
    #expect(failure?.reason.contains("cnn has no head of its own") == true)
    let ones = [Float](repeating: 1, count: computation.width)
    let found = try computation.gradCAMs(image, at: nil, gradient: { _ in ones }, fallback: "red")
    #expect(found.count == 1)
  }

  @Test("an unknown layer is an error that names the network")
  func unknownLayersAreReported() throws {
    let computation = try computation(try fused())
    let failure = #expect(throws: StageError.self) {
      try computation.gradCAMs(
        image, at: "layer4", gradient: { [Float](repeating: 1, count: $0.count) },
        fallback: "red")
    }
    #expect(failure?.reason.hasPrefix("'layer': cnn: no layer 'layer4' has a feature map") == true)
  }

  @Test("pixel gradients are those of the network, divided by the deviation")
  func pixelGradientsAgreeWithTheNetwork() throws {
    let computation = try computation(try bench.extracted(5, at: .dense)["features"])
    let model = try TrainedModel.load(try bench.model(5), threads: 1)
    let weight = try tensor("classifier.4.weight", FeatureBench.tensors(5))
    let pixels = image.pixels.map { Float($0) / 255 }
    let found = try computation.pixelGradients(
      pixels + pixels, gradient: { _ in Array(weight[12..<24]) })
    let own = model.inputGradients(try model.input(image), class: 1).map { $0 / 0.25 }
    #expect(isNear(Array(found.prefix(own.count)), own, 1e-4))
    #expect(Array(found.suffix(own.count)) == Array(found.prefix(own.count)))
  }

  @Test("pixel gradients of a fusion agree with differences of features")
  func pixelGradientsAgreeWithDifferences() throws {
    let computation = try computation(try fused(hidden: [8]))
    let pixels = image.pixels.map { Float($0) / 255 }
    let gradient = try computation.pixelGradients(
      pixels, gradient: { [Float](repeating: 1, count: $0.count) })
    // A small step along the gradient changes the sum by the step times the gradient's square.
    let square = gradient.reduce(0) { $0 + Double($1) * Double($1) }
    let step = Float(5e-3 / max(square.squareRoot(), 1e-9))
    func sum(_ sign: Float) throws -> Double {
      let moved = zip(pixels, gradient).map { $0 + sign * step * $1 }
      return try computation.features(ofPixels: moved)[0].reduce(0) { $0 + Double($1) }
    }
    let change = (try sum(1) - sum(-1)) / Double(2 * step)
    #expect(square > 0 && isNear(change, square, 0.1 * square))
  }

  @Test("widths that are not those of the networks are errors")
  func wrongWidthsAreReported() throws {
    let artifact = try bench.features("narrow", [("a", "x", [1, 2]), ("b", "y", [3, 4])])
    let failure = #expect(throws: StageError.self) { try computation(artifact) }
    #expect(failure?.reason.contains("features at pooled, not 2") == true)
    let other = #expect(throws: StageError.self) {
      try self.computation(try fused()).features(of: [Image(width: 17, height: 16)])
    }
    #expect(other?.reason.contains("17 x 16") == true)
  }
}
