import Testing

@testable import Neural

@Suite struct WeightsTests {
  private let network: Network

  init() throws {
    network = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 3, dropout: 0.3))
  }

  @Test func tensorsRoundTrip() throws {
    let weights = Weights(network, seed: 4)
    let again = try Weights(network, tensors: weights.tensors.reversed())
    #expect(again.parameters == weights.parameters && again.statistics == weights.statistics)
  }

  @Test func kernelsAreReorderedToAndFromOIHW() {
    // Two outputs, one input, 1 x 2: position-major in memory, output-major in files.
    #expect(
      Weights.reordered([1, 2, 3, 4], shape: [2, 1, 1, 2], toOIHW: true) == [1, 3, 2, 4])
    #expect(
      Weights.reordered([1, 3, 2, 4], shape: [2, 1, 1, 2], toOIHW: false) == [1, 2, 3, 4])
  }

  @Test func initialKernelsHaveHeVariance() throws {
    let tensor = try #require(
      Weights(network, seed: 1).tensors.first { $0.name == "features.7.weight" })
    let mean = tensor.values.reduce(0.0) { $0 + Double($1 * $1) } / Double(tensor.values.count)
    #expect(abs(mean * 288 / 2 - 1) < 0.05)
  }

  @Test func errorNamesAllMismatchedTensors() {
    var tensors = Weights(network, seed: 4).tensors
    tensors.removeFirst()
    tensors[0] = Tensor(name: tensors[0].name, shape: [2], values: [0, 0])
    tensors.append(Tensor(name: "extra", shape: [], values: [0]))
    let error = #expect(throws: NeuralError.self) {
      _ = try Weights(network, tensors: tensors)
    }
    let reason = error?.reason ?? ""
    #expect(reason.contains("features.0.weight is missing"))
    #expect(reason.contains("features.1.weight has shape [2] but the network has [16]"))
    #expect(reason.contains("extra is unknown"))
  }

  /// One convolution with the name of one of DenseNet's, and a head.
  private func small() throws -> Network {
    var builder = NetworkBuilder()
    builder.add(
      "features.denseblock1.denselayer1.conv1",
      Convolution(inputs: 2, outputs: 2, kernel: 1, stride: 1, padding: 0))
    builder.add("pool", GlobalAveragePool())
    builder.add("classifier.1", Dense(inputs: 2, outputs: 2))
    return try builder.network(input: Shape(height: 2, width: 2, channels: 2))
  }

  @Test(arguments: ["conv1", "conv.1"]) func acceptsPublicFilesWithTheirHeads(part: String) throws {
    let network = try small()
    let kernel = Tensor(
      name: "features.denseblock1.denselayer1.\(part).weight", shape: [2, 2, 1, 1],
      values: [1, 2, 3, 4])
    let others = ["fc.weight", "classifier.weight", "AuxLogits.fc.bias"].map {
      Tensor(name: $0, shape: [1], values: [9])
    }
    let weights = try Weights(network, pretrained: others + [kernel], seed: 5)
    #expect(weights.tensors[0].name == "features.denseblock1.denselayer1.conv1.weight")
    #expect(weights.tensors[0].values == kernel.values)
    #expect(Array(weights.tensors[1...]) == Array(Weights(network, seed: 5).tensors[1...]))
  }

  @Test(arguments: ["AuxLogits.fc.bias", "aux1.fc1.bias", "aux2.conv.bn.weight"])
  func ignoresAnAuxiliaryHead(name: String) throws {
    let given = Weights(try small(), seed: 5).tensors
    let auxiliary = Tensor(name: name, shape: [1], values: [9])
    #expect(try Weights(small(), tensors: given + [auxiliary]).tensors == given)
  }
}
