import Testing

@testable import Neural

/// The output of Fixtures/cnn.py.
struct CNNFixture: Decodable {
  let names: [String]
  let targets, evaluation, gradCAM, training, losses, afterSteps: [Double]
  let gradientNorms: [String: Double]
  let gradientHeads, statistics: [String: [Double]]
  let plateauLosses, plateauRates: [Double]
}

func cnnFixture() throws -> CNNFixture { try fixture("cnn.json", as: CNNFixture.self) }

@Suite struct BackboneTests {
  /// The tensors of `weights` in Fixtures/cnn.py.
  static func tensors(_ network: Network, _ names: [String]) throws -> [Tensor] {
    try names.enumerated().map { salt, name in
      let entry = try #require(network.table.entries.first { $0.name == name })
      let values = formula(entry.count, salt: 10 + salt)
      let isGain = name.hasSuffix("weight")
      return Tensor(
        name: name, shape: entry.shape,
        values: values.map { value in
          if entry.shape.count > 1 {
            let fanIn = entry.shape.dropFirst().reduce(1, *)
            return value * Float((24 / Double(fanIn)).squareRoot())
          }
          return name.hasSuffix("running_var") || isGain ? 1 + 0.5 * value : 0.2 * value
        })
    }
  }

  private let network: Network
  private let expected: CNNFixture
  private let tensors: [Tensor]
  private let images = formula(6 * 16 * 16 * 3, salt: 1).map { $0 + 0.5 }

  init() throws {
    network = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 4))
    expected = try cnnFixture()
    tensors = try Self.tensors(network, expected.names)
  }

  @Test func namesAndOrderMatchPyTorch() {
    #expect(network.table.entries.map(\.name) == expected.names)
  }

  @Test func evaluationAgreesWithPyTorch() throws {
    let classifier = try Classifier(
      .cnn, Backbone.Form(size: 16, classes: 4), tensors: tensors, threads: 2)
    let logits = expected.evaluation.map(Float.init)
    let probabilities = CrossEntropy.softmax(logits, classes: 4).map(Double.init)
    #expect(difference(classifier.probabilities(images), probabilities) < 1e-5)
  }

  @Test func gradCAMAgreesWithPyTorch() throws {
    let classifier = try Classifier(
      .cnn, Backbone.Form(size: 16, classes: 4), tensors: tensors, threads: 2)
    let found = classifier.gradCAM(Array(images[..<768]), class: 1)
    #expect((found.width, found.height) == (2, 2))
    #expect(difference(found.map, expected.gradCAM) < 1e-5)
    #expect(expected.gradCAM.contains { $0 > 0 })
  }

  @Test func trainingAgreesWithPyTorch() throws {
    let workspace = Workspace(network, capacity: 6, threads: 2)
    var weights = try Weights(network, tensors: tensors)
    var adam = Adam(
      count: network.table.parameterCount,
      WeightDecay(.coupled, factor: 1e-2, network.table, all: true))
    let targets = expected.targets.map(Float.init)
    var losses: [Float] = []
    for step in 0..<3 {
      let mode = PassMode.training(DropoutDraws(seed: 0, step: step, firstPosition: 0))
      let logits = workspace.forward(&weights, images, count: 6, mode: mode)
      losses.append(
        Float(CrossEntropy.loss(logits, targets, classes: 4, smoothing: 0.1) / 6))
      let outputGradient = CrossEntropy.gradient(logits, targets, classes: 4, smoothing: 0.1)
      var gradient = [Float](repeating: .nan, count: network.table.parameterCount)
      gradient.withUnsafeMutableBufferPointer {
        _ = workspace.backward(
          weights, from: outputGradient, count: 6, mode: mode, parameterGradient: $0.baseAddress)
      }
      if step == 0 {
        #expect(difference(logits, expected.training) < 1e-5)
        expectGradients(gradient)
      }
      adam.step(&weights.parameters, gradient, rate: 1e-3)
    }
    #expect(difference(losses, expected.losses) < 1e-4)
    let after = workspace.forward(&weights, images, count: 6, mode: .evaluation)
    #expect(difference(after, expected.afterSteps) < 2e-3)
    for tensor in weights.tensors where tensor.name.contains("running") {
      #expect(difference(tensor.values.prefix(4), expected.statistics[tensor.name] ?? []) < 1e-3)
    }
  }

  private func expectGradients(_ gradient: [Float]) {
    #expect(expected.gradientNorms.count == 16)
    for entry in network.table.entries where !entry.isStatistic {
      let values = Weights.reordered(
        Array(gradient[entry.offset..<entry.offset + entry.count]), shape: entry.shape,
        toOIHW: true)
      let norm = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let wanted = expected.gradientNorms[entry.name] ?? .nan
      #expect(abs(norm - wanted) < 1e-4 * wanted, "\(entry.name)")
      let heads = (expected.gradientHeads[entry.name] ?? []).map { $0 / wanted }
      let found = values.prefix(4).map { $0 / Float(wanted) }
      #expect(zip(found, heads).allSatisfy { abs(Double($0) - $1) < 1e-5 } && heads.count == 4)
    }
  }

  @Test func refusesImagesThatAreTooSmall() {
    let error = #expect(throws: NeuralError.self) {
      _ = try Backbone.cnn.network(Backbone.Form(size: 7, classes: 4))
    }
    #expect(error?.reason.contains("8 pixels or more, not 7") == true)
    #expect(throws: Never.self) {
      try Backbone.cnn.network(Backbone.Form(size: 8, classes: 4))
    }
  }

  /// The builder counts blocks; these are the numbers of docs/weights.md.
  @Test func blocksMatchTheDocumentation() throws {
    let blocks = [
      "cnn": 4, "cnn-lstm": 4, "mobilenet-v2": 19, "vgg16": 5, "vgg19": 5, "googlenet": 12,
      "resnet50": 17, "densenet121": 8, "inception-v3": 16, "xception": 16,
    ]
    #expect(
      Dictionary(uniqueKeysWithValues: Backbone.allCases.map { ($0.rawValue, $0.blocks) }) == blocks
    )
    for backbone in Backbone.allCases {
      let network = try backbone.network(Backbone.Form(size: backbone.smallestSize, classes: 2))
      #expect(network.blocks.count == backbone.blocks && network.blocks.first == 0)
      #expect((2...4).contains(backbone.openBlocks) && backbone.openBlocks < backbone.blocks)
      #expect(Backbone(rawValue: backbone.rawValue) == backbone)
    }
    #expect(Backbone(rawValue: "vgg17") == nil)
  }

  @Test(arguments: Backbone.allCases) func recognisesItsHeads(backbone: Backbone) throws {
    for head in [Backbone.Head.hidden(), .hidden(width: 1), .hidden(width: 300), .plain] {
      let form = Backbone.Form(size: 96, classes: 3, head: head)
      let entry = try #require(
        backbone.network(form).table.entries.last { $0.shape.count == 2 })
      #expect(Backbone.isOfHead(entry.name))
      let last = Tensor(
        name: entry.name, shape: entry.shape, values: [Float](repeating: 0, count: entry.count))
      #expect(try backbone.form(fitting: [last], size: 96) == form)
    }
    let error = #expect(throws: NeuralError.self) {
      _ = try backbone.form(fitting: [], size: 96)
    }
    #expect(
      error?.reason.contains(
        "classifier.4.weight or \(backbone.definition.lastLayer).weight is missing") == true)
  }

  @Test func costMatchesTheDocumentation() throws {
    let network = try Backbone.cnn.network(Backbone.Form(size: 64, classes: 5, dropout: 0.3))
    #expect(network.table.parameterCount / 1000 == 114)
    let products = network.nodes.indices.reduce(0) { sum, node in
      let positions = network.shapes[node].positions
      return switch network.nodes[node].layer {
      case let layer as Convolution: sum + positions * layer.depth * layer.outputs
      case let layer as Dense: sum + layer.inputs * layer.outputs
      default: sum
      }
    }
    #expect(products == 14_615_168)
  }
}
