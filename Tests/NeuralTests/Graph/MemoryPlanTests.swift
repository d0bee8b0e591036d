import Testing

@testable import Neural

@Suite struct MemoryPlanTests {
  /// Three times convolution, batch norm and ReLU; the second output has two readers.
  private func network() throws -> Network {
    var builder = NetworkBuilder()
    func add(_ number: Int, after node: Int? = nil) {
      builder.add(
        "conv\(number)",
        Convolution(inputs: number == 1 ? 3 : 16, outputs: 16, kernel: 3, stride: 1, padding: 1),
        after: node)
      builder.add("norm\(number)", BatchNorm(channels: 16))
      builder.add("relu\(number)", ReLU())
    }
    add(1)
    add(2)
    let fork = builder.last
    add(3)
    builder.addSum("sum", with: fork)
    builder.add("pool", GlobalAveragePool())
    builder.add("fc", Dense(inputs: 16, outputs: 2))
    return try builder.network(input: Shape(height: 8, width: 8, channels: 3))
  }

  @Test func outputsReadByOneConvolutionAreRecomputed() throws {
    let network = try network()
    let plan = MemoryPlan(network, keepsAll: true)
    // The first ReLU's output, by the first batch norm; the second's has two readers, the third's
    // is summed.
    #expect(plan.recomputed == [2: 1])
    #expect(plan.places[2].buffer == plan.places[1].buffer)
    #expect(plan.places[1].buffer != plan.places[0].buffer)
    #expect(MemoryPlan(network, keepsAll: false).recomputed.isEmpty)
  }

  @Test func recomputedOutputsShareMemory() throws {
    let network = try Backbone.denseNet121.network(
      .init(size: 75, classes: 2, keepsStatistics: false, head: .plain))
    let plan = MemoryPlan(network, keepsAll: true)
    let buffers = Set(plan.recomputed.values.map { plan.places[$0].buffer })
    #expect(plan.recomputed.count > 100)
    #expect(buffers.count <= 3)
    // No other node writes to them.
    let others = network.nodes.indices.filter {
      plan.recomputed[$0] == nil && !plan.recomputed.values.contains($0)
    }
    #expect(others.allSatisfy { !buffers.contains(plan.places[$0].buffer) })
  }

  @Test func readingAnOutputRecomputesIt() throws {
    let network = try Backbone.denseNet121.network(
      .init(size: 75, classes: 2, keepsStatistics: false, head: .plain))
    var weights = Weights(network, seed: 1)
    let draws = CounterRandom(seed: 2, 0, 0)
    let samples = (0..<2 * network.input.count).map { Float(draws.normal($0)) }
    let mode = PassMode.training(DropoutDraws(seed: 0, step: 0, firstPosition: 0))
    let workspace = Workspace(network, capacity: 2, threads: 2)
    _ = workspace.forward(&weights, samples, count: 2, mode: mode)
    let plan = MemoryPlan(network, keepsAll: true)
    for node in plan.recomputed.keys.sorted().prefix(5) {
      let part = try network.part(0..<node + 1)
      var own = Weights(network, seed: 1)
      own = try own.part(part)
      let alone = Workspace(part, capacity: 2, threads: 1)
      let expected = alone.forward(&own, samples, count: 2, mode: mode)
      #expect(workspace.output(node, count: 2).elementsEqual(expected), "node \(node)")
    }
  }
}
