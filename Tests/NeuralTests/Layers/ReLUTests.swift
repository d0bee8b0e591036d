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

  @Test func clipsAtItsCeiling() throws {
    let shape = Shape(height: 2, width: 3, channels: 3)
    try LayerHarness(ReLU(ceiling: 0.25), shape, count: 2).expectPyTorch("relu-ceiling")
  }

  @Test func doesNotOverwriteOutputsThatBackwardReads() throws {
    let pool = MaxPool(window: PoolingWindow(size: 2, stride: 2))
    let network = try chain(
      [pool, ReLU(), ReLU(), Dropout(rate: 0), ReLU()], Shape(height: 4, width: 4, channels: 1))
    let inPlace = (0..<5).map { network.worksInPlace($0, keepsAll: true) }
    #expect(inPlace == [false, false, false, false, true])
  }
}
