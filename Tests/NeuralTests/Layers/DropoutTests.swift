import Testing

@testable import Neural

@Suite struct DropoutTests {
  private func harness(_ rate: Float) throws -> LayerHarness {
    try LayerHarness(Dropout(rate: rate), Shape(height: 5, width: 8, channels: 50), count: 4)
  }

  @Test func dropsAtItsRateAndScalesTheRest() throws {
    let harness = try harness(0.3)
    let output = harness.run().output
    let kept = output.indices.filter { output[$0] != 0 }
    #expect(abs(Double(kept.count) / Double(output.count) - 0.7) < 0.02)
    #expect(kept.allSatisfy { output[$0] == harness.input[$0] * (1 / (1 - 0.3)) })
  }

  @Test func gradientHasTheSameMask() throws {
    let harness = try harness(0.5)
    let result = harness.run()
    #expect(
      result.output.indices.allSatisfy {
        result.input[$0] == (result.output[$0] == 0 ? 0 : 2 * harness.outputGradient[$0])
      })
  }

  @Test func masksDependOnSeedStepAndPosition() throws {
    let network = try chain([Dropout(rate: 0.5)], Shape(height: 1, width: 1, channels: 64))
    let ones = [Float](repeating: 1, count: 64)
    func mask(_ seed: UInt64, _ step: Int, _ position: Int, samples: Int = 1) -> [Float] {
      var weights = Weights(network, seed: 0)
      return Workspace(network, capacity: samples, threads: 1).forward(
        &weights, Array(repeatElement(ones, count: samples).joined()), count: samples,
        mode: .training(DropoutDraws(seed: seed, step: step, firstPosition: position)))
    }
    #expect(mask(1, 2, 3) == mask(1, 2, 3))
    #expect(Set([mask(1, 2, 3), mask(2, 2, 3), mask(1, 3, 3), mask(1, 2, 4)]).count == 4)
    #expect(mask(1, 2, 3, samples: 2) == mask(1, 2, 3) + mask(1, 2, 4))
  }

  @Test func doesNothingInEvaluation() throws {
    let harness = try harness(0.5)
    #expect(harness.run(training: false).output == harness.input)
  }
}
