import Testing

@testable import Neural

@Suite struct MobileNetV2Tests {
  /// The output of Fixtures/mobilenet_v2.py.
  private struct Reference: Decodable {
    struct Gradients: Decodable {
      let logits: [Double]
      let norms: [String: Double]
      let heads: [String: [Double]]
    }

    let names: [String]
    let targets, gradCAM, inputGradientHead: [Double]
    let inputGradientNorm: Double
    let stored, batch: Gradients
  }

  private let expected: Reference
  private let images = formula(3 * 64 * 64 * 3, salt: 1)

  init() throws { expected = try fixture("mobilenet_v2.json", as: Reference.self) }

  private func network(keepsStatistics: Bool) throws -> Network {
    try Backbone.mobileNetV2.network(
      Backbone.Form(size: 64, classes: 4, keepsStatistics: keepsStatistics))
  }

  private func tensors() throws -> [Tensor] {
    try BackboneTests.tensors(try network(keepsStatistics: true), expected.names)
  }

  @Test func namesAndOrderMatchTorchvision() throws {
    let network = try network(keepsStatistics: true)
    #expect(network.table.entries.map(\.name) == expected.names)
    // 2,223,872 in torchvision's features, plus the head.
    #expect(network.table.parameterCount == 2_223_872 + 1280 * 128 + 128 + 128 * 4 + 4)
  }

  @Test func logitsAgreeWithTorchvision() throws {
    let classifier = try Classifier(
      .mobileNetV2, Backbone.Form(size: 64, classes: 4), tensors: try tensors(), threads: 2)
    #expect(difference(classifier.logits(images), expected.stored.logits) < 1e-5)
  }

  @Test func gradCAMAndInputGradientsAgreeWithTorchvision() throws {
    let classifier = try Classifier(
      .mobileNetV2, Backbone.Form(size: 64, classes: 4), tensors: try tensors(), threads: 2)
    let image = Array(images[..<(64 * 64 * 3)])
    let map = classifier.gradCAM(image, class: 1)
    #expect((map.width, map.height) == (2, 2))
    #expect(difference(map.map, expected.gradCAM) < 1e-4)
    let gradients = classifier.inputGradients(images, class: 1)
    let own = gradients[..<image.count]
    let norm = own.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(abs(norm / expected.inputGradientNorm - 1) < 1e-4)
    #expect(difference(own.prefix(8), expected.inputGradientHead) < 1e-3)
  }

  @Test(arguments: [true, false]) func gradientsAgreeWithTorchvision(stored: Bool) throws {
    let network = try network(keepsStatistics: stored)
    let reference = stored ? expected.stored : expected.batch
    var weights = try Weights(network, tensors: try tensors())
    let workspace = Workspace(network, capacity: 3, threads: 2)
    let mode = PassMode.training(DropoutDraws(seed: 0, step: 0, firstPosition: 0))
    let logits = workspace.forward(&weights, images, count: 3, mode: mode)
    // Batch statistics over as few as 12 numbers amplify rounding; the reference is in double
    // precision.
    #expect(difference(logits, reference.logits) < (stored ? 1e-5 : 1e-3))
    let targets = expected.targets.map(Float.init)
    let outputGradient = CrossEntropy.gradient(logits, targets, classes: 4, smoothing: 0.1)
    var gradient = [Float](repeating: .nan, count: network.table.parameterCount)
    gradient.withUnsafeMutableBufferPointer {
      _ = workspace.backward(
        weights, from: outputGradient, count: 3, mode: mode, parameterGradient: $0.baseAddress)
    }
    let tolerance = stored ? 1e-4 : 1e-2
    // Some gradients are 0 except for rounding: a shift before batch statistics changes nothing.
    let least = 1e-3 * (reference.norms.values.max() ?? 0)
    for entry in network.table.entries where !entry.isStatistic {
      let values = Weights.reordered(
        Array(gradient[entry.offset..<entry.offset + entry.count]), shape: entry.shape,
        toOIHW: true)
      let norm = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let wanted = try #require(reference.norms[entry.name])
      let scale = max(wanted, least)
      #expect(abs(norm - wanted) < tolerance * scale, "\(entry.name)")
      let heads = try #require(reference.heads[entry.name])
      for (found, head) in zip(values, heads) {
        #expect(abs(Double(found) - head) < tolerance * scale, "\(entry.name)")
      }
    }
  }

  @Test func foldedNetworkHasNoBatchNormAndAgrees() throws {
    let network = try network(keepsStatistics: true)
    let weights = try Weights(network, tensors: try tensors())
    let folded = try network.folded(weights)
    var foldedWeights = folded.weights
    #expect(!folded.network.nodes.contains { $0.layer is BatchNorm })
    #expect(folded.network.nodes.filter { $0.layer is ReLU }.map(\.name) == ["classifier.2"])
    let logits = Workspace(folded.network, capacity: 3, threads: 2, for: .inference)
      .forward(&foldedWeights, images, count: 3, mode: .evaluation)
    #expect(difference(logits, expected.stored.logits) < 1e-5)
  }

  @Test func pretrainedWeightsDoNotReplaceTheHead() throws {
    let network = try network(keepsStatistics: true)
    let weights = try Weights(network, pretrained: try tensors(), seed: 5)
    let fresh = Weights(network, seed: 5).tensors
    for (tensor, (given, new)) in zip(weights.tensors, zip(try tensors(), fresh)) {
      #expect(tensor == (tensor.name.hasPrefix("classifier.") ? new : given))
    }
    let error = #expect(throws: NeuralError.self) {
      var some = try tensors()
      some.removeFirst()
      some.append(Tensor(name: "features.19.weight", shape: [1], values: [1]))
      _ = try Weights(network, pretrained: some, seed: 5)
    }
    #expect(error?.reason.contains("features.0.0.weight is missing") == true)
    #expect(error?.reason.contains("features.19.weight is unknown") == true)
  }
}
