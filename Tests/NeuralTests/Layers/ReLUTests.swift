import Testing

@testable import Neural

@Suite struct ReLUTests {
  private func harness() throws -> LayerHarness {
    try LayerHarness(ReLU(), Shape(height: 2, width: 3, channels: 3), count: 2)
  }

  @Test func agreesWithPyTorch() throws { try harness().expectPyTorch("relu") }

  @Test func agreesWithDifferences() throws {
    try harness().expectDifferences { x, _ in x.map { max($0, 0) } }
  }

  @Test func keepsApartFromALayerThatReadsItsOutput() throws {
    let pool = MaxPool(window: PoolingWindow(size: 2, stride: 2))
    let network = try Network(
      input: Shape(height: 4, width: 4, channels: 1),
      nodes: Network.nodes("layers", [pool, ReLU(), ReLU(), Dropout(rate: 0), ReLU()]))
    #expect((0..<5).map(network.sharesMemory) == [false, false, false, false, true])
  }
}
