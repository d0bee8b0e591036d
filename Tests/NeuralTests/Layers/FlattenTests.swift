import Testing

@testable import Neural

@Suite struct FlattenTests {
  @Test func agreesWithPyTorch() throws {
    try LayerHarness(Flatten(), Shape(height: 2, width: 4, channels: 3), count: 2)
      .expectPyTorch("flatten")
  }
}
