import Testing

@testable import Neural

@Suite struct AdaptiveAveragePoolTests {
  /// Output size, input height and input width: an input that is larger, smaller, a multiple.
  static let forms = [(3, 5, 7), (7, 2, 2), (2, 4, 6)]

  @Test(arguments: forms) func agreesWithPyTorch(form: (Int, Int, Int)) throws {
    let harness = try LayerHarness(
      AdaptiveAveragePool(size: form.0), Shape(height: form.1, width: form.2, channels: 3),
      count: 2)
    try harness.expectPyTorch("adaptive-average-pool-\(form.0)-\(form.1)-\(form.2)")
    harness.expectSameBits()
  }
}
