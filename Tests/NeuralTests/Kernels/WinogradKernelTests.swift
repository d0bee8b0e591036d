import Testing

@testable import Neural

@Suite struct WinogradKernelTests {
  struct Form {
    let height: Int
    let width: Int
    let inputs: Int
    let outputs: Int
    let padding: Int
  }

  static let forms = [
    Form(height: 8, width: 8, inputs: 8, outputs: 8, padding: 1),
    Form(height: 7, width: 9, inputs: 16, outputs: 24, padding: 1),
    Form(height: 5, width: 6, inputs: 24, outputs: 40, padding: 0),
    Form(height: 3, width: 3, inputs: 8, outputs: 16, padding: 0),
    // More tiles than are transformed at a time.
    Form(height: 60, width: 58, inputs: 264, outputs: 264, padding: 1),
  ]

  private func network(_ form: Form) throws -> Network {
    var builder = NetworkBuilder()
    builder.add(
      "conv",
      Convolution(
        inputs: form.inputs, outputs: form.outputs, kernel: 3, stride: 1, padding: form.padding,
        hasBias: true))
    return try builder.network(
      input: Shape(height: form.height, width: form.width, channels: form.inputs))
  }

  private func numbers(_ count: Int, _ seed: UInt64) -> [Float] {
    let draws = CounterRandom(seed: seed, 0, 0)
    return (0..<count).map { Float(draws.normal($0)) }
  }

  /// What the network gives for `count` samples, by Winograd's way or the plain one.
  private func outputs(
    _ network: Network, _ samples: [Float], count: Int, threads: Int, prepared: Bool
  ) -> [Float] {
    var weights = Weights(network, seed: 3)
    for index in weights.parameters.suffix(network.classes).indices {
      weights.parameters[index] = Float(index % 7) / 7
    }
    let workspace = Workspace(network, capacity: count, threads: threads, for: .inference)
    return workspace.forward(
      &weights, samples, count: count, mode: .evaluation,
      prepared: prepared ? PreparedWeights(network, weights, threads: threads) : nil)
  }

  @Test(arguments: forms) func agreesWithThePlainSum(form: Form) throws {
    let network = try network(form)
    let samples = numbers(2 * network.input.count, 1)
    let plain = outputs(network, samples, count: 2, threads: 1, prepared: false)
    let quick = outputs(network, samples, count: 2, threads: 1, prepared: true)
    let size = (plain.reduce(0) { $0 + $1 * $1 } / Float(plain.count)).squareRoot()
    let furthest = zip(plain, quick).map { abs($0 - $1) }.max() ?? .infinity
    #expect(furthest <= 1e-4 * size, "\(furthest / size)")
    #expect(furthest > 0, "the plain sum was compared with itself")
  }

  @Test(arguments: forms) func neitherThreadsNorNeighboursChangeABit(form: Form) throws {
    let network = try network(form)
    let samples = numbers(3 * network.input.count, 2)
    let all = outputs(network, samples, count: 3, threads: 1, prepared: true)
    #expect(all.elementsEqual(outputs(network, samples, count: 3, threads: 3, prepared: true)))
    let last = outputs(
      network, Array(samples.suffix(network.input.count)), count: 1, threads: 2, prepared: true)
    #expect(last.elementsEqual(all.suffix(last.count)))
  }
}
