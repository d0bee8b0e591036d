import Testing

@testable import Neural

@Suite struct FeatureLayerTests {
  private func classifier() throws -> (Classifier, image: [Float]) {
    let form = Backbone.Form(size: 16, classes: 4)
    let tensors = try BackboneTests.tensors(Backbone.cnn.network(form), cnnFixture().names)
    return (
      try Classifier(.cnn, form, tensors: tensors, threads: 2),
      formula(16 * 16 * 3, salt: 1).map { $0 + 0.5 }
    )
  }

  /// The maps of Fixtures/grad_cam.py.
  @Test func gradCAMOfEachLayerAgreesWithPyTorch() throws {
    let expected = try fixture("grad_cam.json", as: [String: [Double]].self)
    let (classifier, image) = try classifier()
    #expect(expected.count == 4)
    for (name, map) in expected {
      let layer = try classifier.network.featureLayer(name)
      let found = classifier.gradCAM(image, class: 1, at: layer)
      #expect((found.width, found.height) == (layer.width, layer.height))
      #expect(difference(found.map, map) < 1e-4, "\(name)")
    }
  }

  /// The maps of Fixtures/grad_cam_branches.py.
  @Test(
    "Grad-CAM at layers in branches agrees with pytorch-grad-cam",
    arguments: [
      (Backbone.googleNet, "googlenet"), (.inceptionV3, "inception_v3"),
      (.denseNet121, "densenet121"),
    ])
  func gradCAMInBranchesAgreesWithThePackage(_ backbone: Backbone, _ name: String) throws {
    struct Reference: Decodable {
      let salt, label: Int
      let maps: [String: [Double]]
    }
    struct Names: Decodable { let tensors: [String] }
    let expected = try #require(
      fixture("grad_cam_branches.json", as: [String: Reference].self)[name])
    let names = try fixture("\(name).json", as: Names.self).tensors
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    let form = Backbone.Form(size: 75, classes: 4, head: .plain)
    let network = try backbone.network(form)
    let classifier = try Classifier(
      backbone, form, tensors: try BackboneTests.tensors(network, names), threads: 2)
    let image = formula(network.input.count, salt: expected.salt)
    #expect(expected.maps.count >= 3)
    for (layer, map) in expected.maps {
      let found = classifier.gradCAM(
        image, class: expected.label, at: try network.featureLayer(layer))
      #expect(difference(found.map, map) < 1e-4, "\(name) \(layer)")
    }
  }

  /// A convolution counts with its batch norm and ReLU, and the last one is the default.
  @Test func convolutionsIncludeWhatFollowsThem() throws {
    let (classifier, image) = try classifier()
    func map(_ name: String?) throws -> [Float] {
      let layer = try classifier.network.featureLayer(name)
      return classifier.gradCAM(image, class: 1, at: layer).map
    }
    for (convolution, norm, relu) in [
      ("features.0", "features.1", "features.2"), ("features.3", "features.4", "features.5"),
      ("features.11", "features.12", "features.13"),
    ] {
      #expect(try map(convolution) == map(relu) && map(norm) == map(relu))
    }
    #expect(try map(nil) == map("features.11"))
    #expect(try map(nil) == map("features"), "a module ends with its last layer")
    #expect(classifier.gradCAM(image, class: 1).map == (try map(nil)))
  }

  @Test func unknownLayersAreRefusedWithAList() throws {
    let network = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 4))
    // Not a layer, pooling, a dense layer, the head's pooling, part of a name.
    for name in ["layer4", "features.6", "classifier.1", "pool", "feature", ""] {
      let error = #expect(throws: NeuralError.self) { try network.featureLayer(name) }
      #expect(
        error?.reason
          == "no layer '\(name)' has a feature map; these blocks have one, and so have the layers "
          + "in them: features.2 (8 x 8), features.5 (8 x 8), features.9 (4 x 4), "
          + "features.13 (2 x 2)")
    }
  }

  @Test(arguments: Backbone.allCases) func everyBlockHasAName(_ backbone: Backbone) throws {
    let size = max(64, backbone.smallestSize)
    let network = try backbone.network(Backbone.Form(size: size, classes: 4))
    let layers = network.blockOutputs
    #expect(layers.count == backbone.blocks)
    #expect(Set(layers.map(\.name)).count == layers.count)
    for layer in layers { #expect(try network.featureLayer(layer.name) == layer) }
    #expect(layers.last?.node == network.lastActivations)
    #expect(layers.map(\.width) == layers.map(\.width).sorted(by: >))
  }

  @Test func namesAreThoseOfTheReference() throws {
    func names(_ backbone: Backbone) throws -> [String] {
      try backbone.network(Backbone.Form(size: 96, classes: 4)).blockOutputs.map(\.name)
    }
    #expect(try names(.vgg16) == [3, 8, 15, 22, 29].map { "features.\($0)" })
    #expect(try names(.vgg19) == [3, 8, 17, 26, 35].map { "features.\($0)" })
    #expect(try names(.cnnLSTM) == names(.cnn))
    #expect(
      try names(.googleNet)
        == ["conv1", "conv2", "conv3", "inception3a", "inception3b"]
        + ["4a", "4b", "4c", "4d", "4e", "5a", "5b"].map { "inception\($0)" })
    #expect(try names(.mobileNetV2) == (0...18).map { "features.\($0)" })
    #expect(try names(.resNet50).suffix(3) == ["layer4.0", "layer4.1", "layer4.2"])
    #expect(try names(.inceptionV3).suffix(2) == ["Mixed_7b", "Mixed_7c"])
    #expect(try names(.inceptionV3)[2] == "Conv2d_2b_3x3")
    #expect(try names(.xception).suffix(3) == ["block12", "bn3", "bn4"])
    let denseNet = try Backbone.denseNet121.network(Backbone.Form(size: 96, classes: 4))
    for name in ["features.denseblock4", "features.norm5"] {
      #expect(try denseNet.featureLayer(name).node == denseNet.lastActivations)
    }
    #expect(
      try names(.denseNet121) == [
        "features.norm0", "features.denseblock1", "features.transition1", "features.denseblock2",
        "features.transition2", "features.denseblock3", "features.transition3",
        "features.relu5",
      ])
  }

  /// The map of a block equals that of the part after it, as a network whose input it is.
  @Test(arguments: Backbone.allCases) func mapsAgreeWithThoseOfParts(_ backbone: Backbone) throws {
    let size = max(48, backbone.smallestSize)
    let form = Backbone.Form(size: size, classes: 4)
    let network = try backbone.network(form)
    let weights = Weights(network, seed: 4)
    let classifier = try Classifier(backbone, form, tensors: weights.tensors, threads: 2)
    let image = formula(network.input.count, salt: 5)
    let layers = network.blockOutputs
    for layer in [layers[0], layers[layers.count / 2], layers[layers.count - 1]] {
      let front = try network.part(0..<layer.node + 1)
      let back = try network.part((layer.node + 1)...)
      var (first, second) = (try weights.part(front), try weights.part(back))
      let activations = Workspace(front, capacity: 1, threads: 2)
        .forward(&first, image, count: 1, mode: .evaluation)
      let workspace = Workspace(back, capacity: 1, threads: 2)
      _ = workspace.forward(&second, activations, count: 1, mode: .evaluation)
      let gradient = workspace.backward(
        second, from: [0, 0, 1, 0], count: 1, mode: .evaluation, wanted: -1)
      let channels = network.shapes[layer.node].channels
      var map = [Double](repeating: 0, count: layer.width * layer.height)
      for channel in 0..<channels {
        let positions = map.indices.map { $0 * channels + channel }
        let importance = positions.reduce(0) { $0 + Double(gradient[$1]) } / Double(map.count)
        for (position, at) in positions.enumerated() {
          map[position] += importance * Double(activations[at])
        }
      }
      let found = classifier.gradCAM(image, class: 2, at: layer)
      #expect((found.width, found.height) == (layer.width, layer.height))
      let wanted = map.map { max($0, 0) }
      // Scaled by the largest sum of either sign, since the map may be 0 everywhere.
      let scale = map.map(abs).max() ?? 0
      let error = zip(found.map, wanted).map { abs(Double($0) - $1) }.max() ?? .infinity
      #expect(error <= 1e-4 * scale && scale > 0, "\(backbone.rawValue) \(layer.name)")
    }
  }

  /// The gradient at a ReLU within a branch, summed where it passes, is that of the batch norm's
  /// shift before it.
  @Test(arguments: [
    (Backbone.inceptionV3, "Mixed_6b.branch7x7_1"), (.inceptionV3, "Mixed_7b.branch3x3_2a"),
    (.resNet50, "layer2.0.conv1"), (.denseNet121, "features.denseblock2.denselayer3.conv1"),
  ])
  func layersInBranchesHaveTheirOwnGradient(_ backbone: Backbone, _ name: String) throws {
    let size = max(48, backbone.smallestSize)
    let network = try backbone.network(Backbone.Form(size: size, classes: 4))
    var weights = Weights(network, seed: 4)
    let layer = try network.featureLayer(name)
    #expect(network.nodes[layer.node].layer is ReLU)
    let norm = network.nodes[layer.node - 1].name
    let entry = try #require(network.table.entries.first { $0.name == "\(norm).bias" })
    let workspace = Workspace(network, capacity: 1, threads: 2)
    let image = formula(network.input.count, salt: 5)
    _ = workspace.forward(&weights, image, count: 1, mode: .evaluation)
    let gradient = workspace.backward(
      weights, from: [0, 0, 1, 0], count: 1, mode: .evaluation, wanted: layer.node)
    let activations = workspace.output(layer.node, count: 1)
    var sums = [Float](repeating: 0, count: entry.count)
    for index in gradient.indices where activations[index] > 0 {
      sums[index % entry.count] += gradient[index]
    }
    _ = workspace.forward(&weights, image, count: 1, mode: .evaluation)
    var parameters = [Float](repeating: 0, count: network.table.parameterCount)
    parameters.withUnsafeMutableBufferPointer {
      _ = workspace.backward(
        weights, from: [0, 0, 1, 0], count: 1, mode: .evaluation,
        parameterGradient: $0.baseAddress)
    }
    let wanted = parameters[entry.offset..<entry.offset + entry.count].map(Double.init)
    #expect(wanted.contains { $0 != 0 })
    #expect(difference(sums, wanted) < 1e-4)
  }
}
