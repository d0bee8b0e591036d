import Testing

@testable import Neural

/// However a batch is distributed over threads, its outputs have the bits of a pass layer by layer.
@Suite struct InferenceWorkspaceTests {
  /// The outputs of a folded network, all samples through one layer after the other.
  private func layerByLayer(
    _ network: Network, _ prepared: PreparedWeights, _ samples: [Float], count: Int
  ) -> [Float] {
    // With memory for gradients, every activation is kept and nothing runs in bands of rows.
    let workspace = Workspace(network, capacity: count, threads: 2, for: .gradients)
    return workspace.forward(prepared, samples, count: count)
  }

  private func expectSameBits(_ network: Network, seed: UInt64 = 1) throws {
    let whole = try network.folded(Weights(network, seed: seed))
    let (folded, prepared) = (whole.network, PreparedWeights(whole, threads: 2))
    let size = network.input.count
    let draws = CounterRandom(seed: seed, 7)
    let samples = (0..<5 * size).map { Float(draws.normal($0)) }
    // Prepared from the weights of all nodes at once, on one thread.
    let expected = layerByLayer(
      folded, PreparedWeights(folded, whole.weights, threads: 1), samples, count: 5)
    #expect(expected.contains { $0 != 0 } && !expected.contains { $0.isNaN })
    let width = expected.count / 5
    for threads in [1, 2, 3, 12] {
      let workspace = InferenceWorkspace(folded, capacity: 5, threads: threads)
      for count in [5, 1, 2, 3] {
        let found = workspace.outputs(.numbers(samples), 0..<count, prepared)
        #expect(
          found == Array(expected[..<(count * width)]), "\(threads) threads, \(count) samples")
      }
    }
  }

  @Test(arguments: [
    (Backbone.mobileNetV2, 64), (.xception, 80), (.resNet50, 64), (.denseNet121, 64),
    (.inceptionV3, 96), (.googleNet, 64), (.vgg16, 32), (.cnn, 32), (.cnnLSTM, 32),
    (.mobileNetV2, 299),
  ])
  func batchesHaveTheSameBits(_ backbone: Backbone, _ size: Int) throws {
    try expectSameBits(try backbone.network(Backbone.Form(size: size, classes: 3, head: .plain)))
  }

  /// Images whose widened rows take several bands, with every combination of stride, residual,
  /// expansion, and channels that fill no whole vector.
  @Test(arguments: [1, 2], [true, false])
  func chainsHaveTheSameBits(_ stride: Int, _ expands: Bool) throws {
    for extent in [(height: 40, width: 56), (height: 33, width: 61)] {
      try expectSameBits(try chain(stride, expands, extent.height, extent.width))
    }
  }

  /// Bands of one to three rows, the last of which may have one row and need no new one.
  @Test(arguments: [1, 2], [121, 150])
  func anyNumberOfRowsHasTheSameBits(_ stride: Int, _ width: Int) throws {
    for height in 1...20 { try expectSameBits(try chain(stride, true, height, width)) }
  }

  private func chain(
    _ stride: Int, _ expands: Bool, _ height: Int, _ width: Int
  ) throws -> Network {
    var builder = NetworkBuilder()
    let (inputs, hidden) = expands ? (11, 90) : (90, 90)
    builder.add("start", ReLU())
    if expands {
      builder.add(
        "widen",
        Convolution(
          inputs: inputs, outputs: hidden, kernel: 1, stride: 1, padding: 0, hasBias: true))
      builder.add("relu", ReLU(ceiling: 6))
    }
    builder.add("depthwise", DepthwiseConvolution(channels: hidden, stride: stride))
    builder.add("norm", BatchNorm(channels: hidden))
    builder.add("relu6", ReLU(ceiling: 6))
    builder.add(
      "project",
      Convolution(
        inputs: hidden, outputs: inputs, kernel: 1, stride: 1, padding: 0, hasBias: true))
    if stride == 1 { builder.addSum("sum", with: 0) }
    let network = try builder.network(
      input: Shape(height: height, width: width, channels: inputs))
    let folded = try network.folded(Weights(network, seed: 1)).network
    #expect(folded.separableChains(capacity: 1, threads: 1).count == 1)
    return network
  }

  @Test func chainsDoNotOverlap() throws {
    let network = try Backbone.xception.network(Backbone.Form(size: 80, classes: 3, head: .plain))
    let folded = try network.folded(Weights(network, seed: 1)).network
    let chains = folded.separableChains(capacity: 1, threads: 1)
    #expect(chains.count > 20)
    for (chain, next) in zip(chains, chains.dropFirst()) {
      #expect(chain.projection.node < next.first)
    }
  }

  @Test func memoryDoesNotGrowWithTheBatchBeforeTheCut() throws {
    let network = try Backbone.mobileNetV2.network(
      Backbone.Form(size: 224, classes: 3, head: .plain))
    let folded = try network.folded(Weights(network, seed: 1)).network
    let cut = folded.laneCut
    #expect(folded.nodes[cut].layer is Dense)
    let deep = try Backbone.vgg16.network(Backbone.Form(size: 224, classes: 3, head: .plain))
    let foldedDeep = try deep.folded(Weights(deep, seed: 1)).network
    // From 28 x 28 x 512 on, kernels are large beside activations.
    #expect(foldedDeep.shapes[foldedDeep.laneCut].height <= 28)
  }
}
