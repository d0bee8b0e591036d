import Testing

@testable import Neural

@Suite struct ConcatenationTests {
  /// The concatenations of Fixtures/layers.py: the input and, within it, a node that two
  /// concatenations read.
  private func network() throws -> Network {
    var builder = NetworkBuilder()
    builder.add("start", Dropout(rate: 0))
    builder.add("a", Convolution(inputs: 2, outputs: 3, kernel: 3, stride: 1, padding: 1))
    builder.add("b", MaxPool(window: PoolingWindow(size: 3, stride: 1, padding: 1)))
    builder.addConcatenation("inner", of: [2, 1])
    builder.addConcatenation("outer", of: [0, 3, 1])
    return try builder.network(input: Shape(height: 4, width: 5, channels: 2))
  }

  @Test func agreesWithPyTorch() throws {
    let network = try network()
    let cases = try fixture("layers.json", as: [String: [String: [Double]]].self)
    let expected = try #require(cases["concatenation"])
    let kernel = Tensor(name: "a.weight", shape: [3, 2, 3, 3], values: formula(54, salt: 2))
    var weights = try Weights(network, tensors: [kernel])
    let workspace = Workspace(network, capacity: 2, threads: 2)
    let output = workspace.forward(
      &weights, formula(80, salt: 1), count: 2, mode: .evaluation)
    #expect(network.shapes.last == Shape(height: 4, width: 5, channels: 11))
    #expect(difference(output, expected["output"] ?? []) < 2e-6)
    var gradient = [Float](repeating: .nan, count: 54)
    let inner = gradient.withUnsafeMutableBufferPointer {
      workspace.backward(
        weights, from: formula(440, salt: 3), count: 2, mode: .evaluation,
        parameterGradient: $0.baseAddress, wanted: 0)
    }
    #expect(difference(inner, expected["input"] ?? []) < 1e-5)
    #expect(
      difference(
        Weights.reordered(gradient, shape: kernel.shape, toOIHW: true),
        expected["parameters"] ?? []) < 1e-5)
  }

  @Test func inferenceGivesTheSameOutput() throws {
    let network = try network()
    var weights = Weights(network, seed: 2)
    let outputs = [Workspace.Purpose.gradients, .inference].map { purpose in
      Workspace(network, capacity: 2, threads: 1, for: purpose)
        .forward(&weights, formula(80, salt: 1), count: 2, mode: .evaluation)
    }
    #expect(outputs[0] == outputs[1])
  }

  @Test func concatenationsDoNotWorkInPlace() throws {
    var builder = NetworkBuilder()
    builder.add("a", BatchNorm(channels: 2))
    builder.add("b", BatchNorm(channels: 2), after: -1)
    builder.addConcatenation("joined", of: [0, 1])
    builder.add("relu", ReLU())
    builder.addConcatenation("again", of: [3, 3])
    let network = try builder.network(input: Shape(height: 2, width: 2, channels: 2))
    #expect(network.shapes.last?.channels == 8)
    let inPlace = network.nodes.indices.map { network.worksInPlace($0, keepsAll: true) }
    #expect(inPlace == [false, false, false, true, false])
  }

  @Test func refusesDifferentHeightsAndWidths() {
    var builder = NetworkBuilder()
    builder.add("a", GlobalAveragePool())
    builder.addConcatenation("joined", of: [-1, 0])
    let error = #expect(throws: NeuralError.self) {
      _ = try builder.network(input: Shape(height: 2, width: 3, channels: 1))
    }
    #expect(error?.reason == "layer joined does not match activations of 2x3x1 and 1x1x1")
  }
}
