/// One layer by itself, to time its kernels.
package final class KernelProbe {
  private let network: Network
  private var weights: Weights
  private let prepared: PreparedWeights
  private let inference: Workspace
  private let training: Workspace
  private let slope: [Float]
  private let count: Int

  /// A layer by its description, with random weights, on `count` random samples; nil where the
  /// description is none.
  ///
  /// `conv-SIZE-IN-OUT-KERNEL-STRIDE` (padding KERNEL / 2), `depthwise-SIZE-CHANNELS-STRIDE` or
  /// `norm-SIZE-CHANNELS`, which is a batch norm with its ReLU; SIZE is the edge of the input.
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
    slope = (0..<count * (network.shapes.last?.count ?? 0)).map { Float(draws.normal($0)) }
  }

  /// Forward alone, with prepared weights.
  package func forward() {
    inference.run(&weights, count: count, mode: .evaluation, prepared: prepared)
  }

  /// Forward and backward, by the input and by the parameters; the gradient that comes in is copied, which
  /// PyTorch's is not.
  package func step() {
    let mode = PassMode.training(DropoutDraws(seed: 0, step: 0, firstPosition: 0))
    training.run(&weights, count: count, mode: mode)
    var gradient = [Float](repeating: 0, count: network.table.parameterCount)
    var pending = PendingGradients(training, count: count, from: -1)
    pending.start(network.nodes.count - 1, slope)
    gradient.withUnsafeMutableBufferPointer {
      training.backward(
        weights, &pending, count: count, mode: mode, parameterGradient: $0.baseAddress, wanted: -1)
    }
    _ = pending.finish(nil)
  }
}
