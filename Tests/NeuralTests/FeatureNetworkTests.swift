import Testing

@testable import Neural

@Suite struct FeatureNetworkTests {
  /// The output of Fixtures/features.py.
  private struct Reference: Decodable {
    struct Kept: Decodable {
      let norm: Double
      let values: [Double]
    }

    let features, gradients: Kept
    let gradCAM: [Double]
  }

  private func norm(_ values: [Float]) -> Double {
    values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  private func every(_ step: Int, of values: [Float]) -> [Float] {
    stride(from: 0, to: values.count, by: step).map { values[$0] }
  }

  @Test(arguments: FeaturePoint.allCases) func agreesWithTorchvision(point: FeaturePoint) throws {
    let reference = try #require(
      try fixture("features.json", as: [String: Reference].self)[point.rawValue])
    let form = Backbone.Form(size: 64, classes: 4)
    let names = try Backbone.mobileNetV2.network(form).table.entries.map(\.name)
    let tensors = try BackboneTests.tensors(Backbone.mobileNetV2.network(form), names)
    let network = try FeatureNetwork(.mobileNetV2, form, at: point, tensors: tensors, threads: 2)
    let images = formula(2 * 64 * 64 * 3, salt: 1)
    let features = network.features(images)
    #expect(features.count == 2 * network.width)
    #expect(abs(norm(features) / reference.features.norm - 1) < 1e-5)
    #expect(difference(every(10, of: features), reference.features.values) < 1e-4)
    let slope = formula(features.count, salt: 2)
    let map = network.gradCAM(
      Array(images[..<(images.count / 2)]), gradient: Array(slope[..<network.width]))
    #expect((map.width, map.height) == (2, 2))
    #expect(difference(map.map, reference.gradCAM) < 1e-4)
    let gradients = network.inputGradients(images, gradients: slope)
    #expect(abs(norm(gradients) / reference.gradients.norm - 1) < 1e-4)
    #expect(difference(every(500, of: gradients), reference.gradients.values) < 1e-3)
  }

  /// A backbone with initial weights, cut at a point, beside the classifier and the rest of its
  /// network as one of its own.
  private struct Bench {
    let form: Backbone.Form
    let features: FeatureNetwork
    let classifier: Classifier
    let head: TrainedNetwork
    let images: [Float]
    let count = 5

    init(_ backbone: Backbone, _ head: Backbone.Head, at point: FeaturePoint) throws {
      form = Backbone.Form(size: max(32, backbone.smallestSize), classes: 3, head: head)
      let network = try backbone.network(form)
      let weights = Weights(network, seed: 3)
      features = try FeatureNetwork(
        backbone, form, at: point, tensors: weights.tensors, threads: 2)
      classifier = try Classifier(backbone, form, tensors: weights.tensors, threads: 2)
      let start =
        switch point {
        case .convolution: network.head
        case .pooled: network.head + 1
        case .dense: network.nodes.count - 2
        }
      let rest = try network.part(start...)
      self.head = try TrainedNetwork(rest, tensors: weights.part(rest).tensors, threads: 2)
      images = formula(count * network.input.count, salt: 1)
    }

    /// The gradients of a class's logit with respect to the features.
    func gradients(of label: Int) -> [Float] {
      let slopes = (0..<count).flatMap { _ in (0..<3).map { Float($0 == label ? 1 : 0) } }
      return head.inputGradients(features.features(images), gradients: slopes)
    }
  }

  private static let cuts: [(Backbone, Backbone.Head, FeaturePoint)] = [
    (.cnn, .hidden(), .convolution), (.cnn, .hidden(), .pooled), (.cnn, .hidden(width: 9), .dense),
    (.cnn, .plain, .pooled), (.cnnLSTM, .hidden(), .convolution), (.cnnLSTM, .hidden(), .dense),
    (.vgg16, .hidden(), .convolution), (.vgg16, .hidden(), .pooled),
    (.googleNet, .plain, .pooled), (.mobileNetV2, .hidden(), .dense),
    (.denseNet121, .plain, .pooled), (.resNet50, .plain, .pooled),
  ]

  @Test(arguments: cuts) func headGivesTheLogitsOfTheClassifier(
    backbone: Backbone, head: Backbone.Head, point: FeaturePoint
  ) throws {
    let bench = try Bench(backbone, head, at: point)
    let features = bench.features.features(bench.images)
    #expect(features.count == bench.count * bench.features.width)
    #expect(bench.head.outputs(features) == bench.classifier.logits(bench.images))
  }

  @Test(arguments: cuts) func gradientsOfALogitAreThoseOfTheClassifier(
    backbone: Backbone, head: Backbone.Head, point: FeaturePoint
  ) throws {
    let bench = try Bench(backbone, head, at: point)
    let gradients = bench.gradients(of: 1)
    let image = Array(bench.images[..<(bench.images.count / bench.count)])
    let own = Array(gradients[..<bench.features.width])
    let first = bench.classifier.network.blockOutputs[0].name
    for layer in [nil, try bench.features.featureLayer(first)] {
      let found = bench.features.gradCAM(image, gradient: own, at: layer)
      let wanted = bench.classifier.gradCAM(image, class: 1, at: layer)
      #expect((found.width, found.height) == (wanted.width, wanted.height))
      let scale = max(norm(found.map), norm(wanted.map), 1e-12)
      let errors = zip(found.map, wanted.map).map { abs(Double($0 - $1)) }
      #expect(found.map.count == wanted.map.count && (errors.max() ?? 1) <= 1e-5 * scale)
    }
    let found = bench.features.inputGradients(bench.images, gradients: gradients)
    let wanted = bench.classifier.inputGradients(bench.images, class: 1)
    #expect(wanted.contains { $0 != 0 })
    #expect(difference(found, wanted.map(Double.init)) < 1e-5)
  }

  @Test(arguments: [Backbone.cnn, .vgg16, .googleNet, .cnnLSTM])
  func pooledFeaturesAreTheMeansOfTheLastConvolution(backbone: Backbone) throws {
    let form = Backbone.Form(size: 75, classes: 3)
    let tensors = Weights(try backbone.network(form), seed: 3).tensors
    func features(_ point: FeaturePoint) throws -> [Float] {
      try FeatureNetwork(backbone, form, at: point, tensors: tensors, threads: 2)
        .features(formula(2 * 75 * 75 * 3, salt: 1))
    }
    let (maps, pooled) = (try features(.convolution), try features(.pooled))
    let channels = pooled.count / 2
    let positions = maps.count / pooled.count
    var means = [Double](repeating: 0, count: pooled.count)
    for index in maps.indices {
      let sample = index / (positions * channels)
      means[sample * channels + index % channels] += Double(maps[index]) / Double(positions)
    }
    #expect(positions > 1 && pooled.contains { $0 != 0 })
    #expect(difference(pooled, means) < 1e-6)
  }

  @Test(arguments: [
    (Backbone.cnn, FeaturePoint.dense), (.mobileNetV2, .pooled), (.cnnLSTM, .dense),
    (.googleNet, .convolution),
  ])
  func threadsAndBatchesDoNotChangeBits(backbone: Backbone, point: FeaturePoint) throws {
    let form = Backbone.Form(size: 32, classes: 3)
    let tensors = Weights(try backbone.network(form), seed: 3).tensors
    let size = 32 * 32 * 3
    let all = formula(37 * size, salt: 1)
    func network(threads: Int) throws -> FeatureNetwork {
      try FeatureNetwork(backbone, form, at: point, tensors: tensors, threads: threads)
    }
    func images(_ range: Range<Int>) -> [Float] {
      Array(all[range.lowerBound * size..<range.upperBound * size])
    }
    let first = try network(threads: 1)
    let wanted = first.features(all)
    let slope = formula(9 * first.width, salt: 2)
    let gradients = first.inputGradients(images(0..<9), gradients: slope)
    let map = first.gradCAM(images(0..<1), gradient: Array(slope[..<first.width])).map
    for threads in 2...4 {
      let other = try network(threads: threads)
      let parts = [0..<1, 1..<4, 4..<36, 36..<37]
      #expect(parts.flatMap { other.features(images($0)) } == wanted)
      let found = [0..<2, 2..<3, 3..<9].flatMap { range in
        let own = range.lowerBound * first.width..<range.upperBound * first.width
        return other.inputGradients(images(range), gradients: Array(slope[own]))
      }
      #expect(found == gradients)
      #expect(
        other.gradCAM(images(0..<1), gradient: Array(slope[..<first.width])).map == map)
    }
    #expect(first.features([]).isEmpty && first.inputGradients([], gradients: []).isEmpty)
  }

  @Test(arguments: [Backbone.cnn, .mobileNetV2, .cnnLSTM, .googleNet])
  func weightsNeedNoHead(backbone: Backbone) throws {
    let form = Backbone.Form(size: 32, classes: 3)
    let tensors = Weights(try backbone.network(form), seed: 3).tensors
    // A file of the convolutions alone, and one with the head of other classes.
    let bare = tensors.filter { !Backbone.isOfHead($0.name) }
    let foreign = ["fc.weight", "classifier.1.weight", "aux1.fc1.bias"].map {
      Tensor(name: $0, shape: [1], values: [9])
    }
    let images = formula(2 * 32 * 32 * 3, salt: 1)
    for point in [FeaturePoint.convolution, .pooled] {
      func features(_ tensors: [Tensor]) throws -> [Float] {
        try FeatureNetwork(backbone, form, at: point, tensors: tensors, threads: 2)
          .features(images)
      }
      let wanted = try features(tensors)
      #expect(try features(bare) == wanted && features(bare + foreign) == wanted)
    }
    #expect(throws: NeuralError.self) {
      try FeatureNetwork(
        backbone, form, at: .pooled, tensors: Array(bare.dropFirst()), threads: 2)
    }
    let stray = Tensor(name: "stray.weight", shape: [1], values: [9])
    #expect(throws: NeuralError.self) {
      try FeatureNetwork(backbone, form, at: .pooled, tensors: bare + [stray], threads: 2)
    }
    let error = #expect(throws: NeuralError.self) {
      try FeatureNetwork(backbone, form, at: .dense, tensors: bare, threads: 2)
    }
    #expect(error?.reason.contains("classifier.1.weight is missing") == true)
    #expect(error?.reason.contains("classifier.4") == false)
  }

  @Test func ownHeadsHaveNoHiddenLayer() {
    let form = Backbone.Form(size: 32, classes: 3, head: .plain)
    let error = #expect(throws: NeuralError.self) {
      try FeatureNetwork(.vgg16, form, at: .dense, tensors: [], threads: 1)
    }
    #expect(error?.reason.contains("take the features at 'pooled'") == true)
  }

  @Test func layersAreThoseOfTheWholeNetwork() throws {
    let form = Backbone.Form(size: 32, classes: 3)
    let whole = try Backbone.cnn.network(form)
    let network = try FeatureNetwork(
      .cnn, form, at: .convolution, tensors: Weights(whole, seed: 3).tensors, threads: 1)
    for name in [nil, "features.2", "features.13"] {
      #expect(try network.featureLayer(name) == whole.featureLayer(name))
    }
    #expect(throws: NeuralError.self) { try network.featureLayer("features.99") }
  }
}
