import Testing

@testable import Neural

@Suite struct NetworkTests {
  /// Two residual blocks, in which outputs are read by one, two and three nodes.
  private func residual() throws -> Network {
    var builder = NetworkBuilder()
    let convolution = Convolution(inputs: 2, outputs: 2, kernel: 3, stride: 1, padding: 1)
    builder.beginBlock()
    builder.add("a", convolution)
    builder.beginBlock()
    let first = builder.last
    builder.add("b", convolution)
    builder.add("b.norm", BatchNorm(channels: 2, statistics: .stored))
    builder.addSum("b.sum", with: first)
    let second = builder.last
    builder.add("c", convolution)
    builder.addSum("c.sum", with: second)
    builder.addSum("c.again", with: second)
    builder.add("pool", GlobalAveragePool())
    builder.add("classifier", Dense(inputs: 2, outputs: 3))
    return try builder.network(input: Shape(height: 4, width: 5, channels: 2))
  }

  @Test func residualGradientsAgreeWithDifferences() throws {
    let network = try residual()
    let weights = Weights(network, seed: 3)
    let outputGradient = formula(6, salt: 4)
    let input = formula(2 * network.input.count, salt: 5)
    let mode = PassMode.training(DropoutDraws(seed: 0, step: 0, firstPosition: 0))
    let workspace = Workspace(network, capacity: 2, threads: 2)
    func loss(_ weights: Weights, _ input: [Float]) -> Double {
      var weights = weights
      let output = workspace.forward(&weights, input, count: 2, mode: mode)
      return zip(output, outputGradient).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    _ = loss(weights, input)
    var gradient = [Float](repeating: .nan, count: network.table.parameterCount)
    let inner = gradient.withUnsafeMutableBufferPointer {
      workspace.backward(
        weights, from: outputGradient, count: 2, mode: mode, parameterGradient: $0.baseAddress,
        wanted: -1)
    }
    // The only curvature is from products of two kernels, so a wide step is exact except for
    // rounding.
    let step: Float = 0x1p-4
    let numericGradient = weights.parameters.indices.map { index in
      var (up, down) = (weights, weights)
      up.parameters[index] += step
      down.parameters[index] -= step
      return (loss(up, input) - loss(down, input)) / Double(2 * step)
    }
    #expect(difference(gradient, numericGradient) < 5e-3)
    let inputSlopes = input.indices.map { index in
      var (up, down) = (input, input)
      up[index] += step
      down[index] -= step
      return (loss(weights, up) - loss(weights, down)) / Double(2 * step)
    }
    #expect(difference(inner, inputSlopes) < 5e-3)
  }

  @Test func partsAgreeWithTheWholeNetwork() throws {
    let network = try Backbone.mobileNetV2.network(Backbone.Form(size: 32, classes: 3))
    #expect(network.blocks.count == Backbone.mobileNetV2.blocks)
    var weights = Weights(network, seed: 1)
    let images = formula(2 * network.input.count, salt: 1)
    func run(_ network: Network, _ weights: inout Weights, _ input: [Float]) -> [Float] {
      Workspace(network, capacity: 2, threads: 2, for: .inference)
        .forward(&weights, input, count: 2, mode: .evaluation)
    }
    let whole = run(network, &weights, images)
    for open in [0, 1, 3, 18, 19] {
      let cut = network.cut(open: open)
      let back = try network.part(cut...)
      var kept = images
      if cut > 0 {
        let front = try network.part(0..<cut)
        var frontWeights = try weights.part(front)
        kept = run(front, &frontWeights, images)
      }
      var backWeights = try weights.part(back)
      #expect(run(back, &backWeights, kept) == whole, "\(open) blocks open")
    }
    #expect(network.cut(open: 19) == 0 && network.cut(open: 0) == network.head + 1)
  }

  @Test func inferenceReusesMemoryAndAgrees() throws {
    let network = try Backbone.mobileNetV2.network(Backbone.Form(size: 32, classes: 3))
    var weights = Weights(network, seed: 1)
    let images = formula(2 * network.input.count, salt: 1)
    let (all, few) = (
      MemoryPlan(network, keepsAll: true), MemoryPlan(network, keepsAll: false)
    )
    #expect(few.sizes.reduce(0, +) * 2 < all.sizes.reduce(0, +))
    let outputs = [Workspace.Purpose.gradients, .inference].map { purpose in
      Workspace(network, capacity: 2, threads: 1, for: purpose)
        .forward(&weights, images, count: 2, mode: .evaluation)
    }
    #expect(outputs[0] == outputs[1])
  }

  @Test func resultsDoNotDependOnTheBatch() throws {
    let network = try Backbone.mobileNetV2.network(Backbone.Form(size: 64, classes: 3))
    var weights = Weights(network, seed: 1)
    let images = formula(5 * network.input.count, salt: 1)
    let workspace = Workspace(network, capacity: 5, threads: 2, for: .inference)
    let together = workspace.forward(&weights, images, count: 5, mode: .evaluation)
    for sample in 0..<5 {
      let own = Array(images[sample * network.input.count..<(sample + 1) * network.input.count])
      let alone = workspace.forward(&weights, own, count: 1, mode: .evaluation)
      #expect(alone == Array(together[3 * sample..<3 * sample + 3]))
    }
  }

  @Test func errorNamesALayerThatDoesNotFit() {
    var builder = NetworkBuilder()
    builder.add("start", GlobalAveragePool())
    builder.add("dense", Dense(inputs: 7, outputs: 2))
    let error = #expect(throws: NeuralError.self) {
      _ = try builder.network(input: Shape(height: 4, width: 4, channels: 3))
    }
    #expect(error?.reason == "layer dense does not match activations of 1x1x3")
  }
}
