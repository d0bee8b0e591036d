import Testing

@testable import Neural

@Suite struct BatchNormTests {
  /// Statistics as in Fixtures/layers.py.
  private func harness() throws -> LayerHarness {
    var harness = try LayerHarness(
      BatchNorm(channels: 3), Shape(height: 2, width: 4, channels: 3), count: 3)
    harness.weights.statistics = [0.1, -0.2, 0.3, 1.1, 0.7, 0.2]
    return harness
  }

  @Test(arguments: [true, false]) func agreesWithPyTorch(training: Bool) throws {
    try harness().expectPyTorch(
      "batch-norm-" + (training ? "training" : "evaluation"), training: training)
  }

  @Test(arguments: [true, false]) func agreesWithDifferences(training: Bool) throws {
    try harness().expectDifferences(training: training) { x, p in
      var y = x
      for channel in 0..<3 {
        let places = stride(from: channel, to: x.count, by: 3)
        let values = places.map { x[$0] }
        var mean = values.reduce(0, +) / Double(values.count)
        var variance =
          values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        if !training {
          (mean, variance) = ([0.1, -0.2, 0.3][channel], [1.1, 0.7, 0.2][channel])
        }
        for place in places {
          y[place] =
            (x[place] - mean) / (variance + 1e-5).squareRoot() * p[channel] + p[3 + channel]
        }
      }
      return y
    }
  }

  @Test func trainsOnStoredStatisticsWithoutUpdatingThem() throws {
    let harness = try LayerHarness(
      BatchNorm(channels: 3, statistics: .stored), Shape(height: 2, width: 4, channels: 3),
      count: 3)
    try harness.expectPyTorch("batch-norm-stored")
    #expect(harness.run().statistics == harness.weights.statistics)
  }

  @Test func addsEpsilonToTheVariance() throws {
    var harness = try LayerHarness(
      BatchNorm(channels: 3, statistics: .stored, epsilon: 0.1),
      Shape(height: 2, width: 4, channels: 3), count: 3)
    harness.weights.statistics = [0.1, -0.2, 0.3, 1.1, 0.7, 0.2]
    try harness.expectPyTorch("batch-norm-epsilon")
  }

  @Test func threadsDoNotChangeBits() throws {
    try LayerHarness(
      BatchNorm(channels: 24), Shape(height: 30, width: 31, channels: 24), count: 5
    ).expectSameBits()
  }

  @Test func isAccurateFarFromZero() throws {
    // With a mean a thousand deviations from zero, a one-pass sum of squares in single precision is
    // wrong.
    let network = try chain(
      [BatchNorm(channels: 1)], Shape(height: 64, width: 64, channels: 1))
    var weights = Weights(network, seed: 0)
    let input = formula(8 * 4096, salt: 1).map { 300 + $0 }
    let mode = PassMode.training(DropoutDraws(seed: 0, step: 0, firstPosition: 0))
    let output = Workspace(network, capacity: 8, threads: 1)
      .forward(&weights, input, count: 8, mode: mode)
    let mean = output.reduce(0.0) { $0 + Double($1) } / Double(output.count)
    let variance = output.reduce(0.0) { $0 + Double($1 * $1) } / Double(output.count)
    #expect(abs(mean) < 1e-2 && abs(variance - 1) < 1e-2)
  }
}
