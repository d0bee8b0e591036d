import Testing

@testable import Neural

@Suite struct FoldingTests {
  /// Convolutions with and without a bias, and batch norms with a different epsilon, after a
  /// concatenation and before a ReLU that stands alone.
  private func network() throws -> Network {
    var builder = NetworkBuilder()
    func convolution(_ inputs: Int, hasBias: Bool) -> Convolution {
      Convolution(inputs: inputs, outputs: 4, kernel: 3, stride: 1, padding: 1, hasBias: hasBias)
    }
    builder.add("a", convolution(3, hasBias: true))
    builder.add("a.relu", ReLU())
    builder.add("b", convolution(4, hasBias: true))
    builder.add("b.norm", BatchNorm(channels: 4, epsilon: 0.1))
    builder.add("b.relu", ReLU(ceiling: 0.5))
    builder.add("c", convolution(4, hasBias: false), after: 1)
    builder.add("c.relu", ReLU())
    builder.addConcatenation("joined", of: [4, 6])
    builder.add("d.norm", BatchNorm(channels: 8))
    builder.add("d.relu", ReLU())
    builder.add("d", DepthwiseConvolution(channels: 8, stride: 1))
    builder.add("e", convolution(8, hasBias: false))
    builder.add("e.norm", BatchNorm(channels: 4))
    builder.addSum("sum", with: 4)
    return try builder.network(input: Shape(height: 5, width: 6, channels: 3))
  }

  @Test func foldedNetworkAgreesWithFewerNodes() throws {
    let network = try network()
    let names = network.table.entries.map(\.name)
    let tensors = try BackboneTests.tensors(network, names)
    var weights = try Weights(network, tensors: tensors)
    let folded = try network.folded(weights)
    var foldedWeights = folded.weights
    #expect(
      folded.network.nodes.map(\.name)
        == ["a", "b", "c", "c.relu", "joined", "d.norm", "d.relu", "d", "e", "sum"])
    let images = formula(2 * network.input.count, salt: 1)
    func run(_ network: Network, _ weights: inout Weights) -> [Float] {
      Workspace(network, capacity: 2, threads: 2, for: .inference)
        .forward(&weights, images, count: 2, mode: .evaluation)
    }
    let plain = run(network, &weights).map(Double.init)
    #expect(difference(run(folded.network, &foldedWeights), plain) < 1e-6)
  }
}
