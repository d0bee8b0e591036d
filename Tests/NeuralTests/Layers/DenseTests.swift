import Testing

@testable import Neural

@Suite struct DenseTests {
  private func harness() throws -> LayerHarness {
    try LayerHarness(
      Dense(inputs: 7, outputs: 4), Shape(height: 1, width: 1, channels: 7), count: 3)
  }

  @Test func agreesWithPyTorch() throws { try harness().expectPyTorch("dense") }

  @Test func agreesWithDifferences() throws {
    try harness().expectDifferences { x, p in
      var y: [Double] = []
      for sample in 0..<3 {
        for output in 0..<4 {
          var sum: Double = p[28 + output]
          for input in 0..<7 { sum += x[sample * 7 + input] * p[output * 7 + input] }
          y.append(sum)
        }
      }
      return y
    }
  }
}
