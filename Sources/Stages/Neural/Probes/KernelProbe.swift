/// One layer by itself, for timing its kernels.
package final class KernelProbe {
  private let network: Network
  private var weights: Weights
  private let prepared: PreparedWeights
  private let inference: Workspace
  private let training: Workspace
  private let outputGradient: [Float]
  private let count: Int

  /// Creates a layer from its description, with random weights and `count` random samples; `nil` if
  /// the description is invalid.
  ///
  /// `conv-SIZE-IN-OUT-KERNEL-STRIDE` (padding KERNEL / 2), `depthwise-SIZE-CHANNELS-STRIDE` or
  /// `norm-SIZE-CHANNELS`, which is a batch norm with its ReLU; SIZE is the height and width of the
  /// input.
  package init?(_ description: String, count: Int, threads: Int) throws {
    let words = description.split(separator: "-")
    let numbers = words.dropFirst().compactMap { Int($0) }
    var builder = NetworkBuilder()
    switch (words.first, numbers.count) {
    case ("conv", 5):
      builder.add(
        "layer",
        Convolution(
          inputs: numbers[1], outputs: numbers[2], kernel: numbers[3], stride: numbers[4],
          padding: numbers[3] / 2))
    case ("depthwise", 3):
      builder.add("layer", DepthwiseConvolution(channels: numbers[1], stride: numbers[2]))
    case ("norm", 2):
      builder.add("layer", BatchNorm(channels: numbers[1]))
      builder.add("relu", ReLU())
    default: return nil
    }
    self.count = count
    network = try builder.network(
      input: Shape(height: numbers[0], width: numbers[0], channels: numbers[1]))
    weights = Weights(network, seed: 1)
    prepared = PreparedWeights(network, weights, threads: threads)
    inference = Workspace(network, capacity: count, threads: threads, for: .inference)
    training = Workspace(network, capacity: count, threads: threads)
    let draws = CounterRandom(seed: 2, 0, 0)
    let samples = (0..<count * network.input.count).map { Float(draws.normal($0)) }
    inference.fill(samples)
    training.fill(samples)
    outputGradient = (0..<count * (network.shapes.last?.count ?? 0)).map { Float(draws.normal($0)) }
  }

  /// Runs forward only, with prepared weights.
  package func forward() {
    inference.run(.prepared(prepared), count, .evaluation)
  }

  /// Runs forward and backward, with the gradients of the input and of the parameters.
  ///
  /// The incoming gradient is copied, which PyTorch does not do.
  package func step() {
    let mode = PassMode.training(DropoutDraws(seed: 0, step: 0, firstPosition: 0))
    training.run(&weights, count: count, mode: mode)
    var gradient = [Float](repeating: 0, count: network.table.parameterCount)
    var pending = PendingGradients(training, count: count, from: -1)
    pending.start(network.nodes.count - 1, outputGradient)
    gradient.withUnsafeMutableBufferPointer {
      training.backward(
        weights, &pending, count: count, mode: mode, parameterGradient: $0.baseAddress, wanted: -1)
    }
    _ = pending.finish(nil)
  }
}
