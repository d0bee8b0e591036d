/// Computes gradients by name, for comparison with another implementation.
package struct GradientProbe {
  private let network: Network
  private let weights: Weights
  private let threads: Int

  /// Creates a probe of a network with weights from tensors in PyTorch's layouts.
  package init(
    _ network: Network, tensors: [Tensor], threads: Int
  ) throws(NeuralError) {
    (self.network, self.threads) = (network, threads)
    weights = try Weights(network, tensors: tensors)
  }

  /// Returns the logits of a batch in training mode, and the gradients of its mean loss with
  /// respect to the parameters, in PyTorch's layouts.
  package func gradients(_ batch: Batch, smoothing: Double) -> (logits: [Float], tensors: [Tensor])
  {
    let count = batch.images.count / network.input.count
    let workspace = Workspace(network, capacity: count, threads: threads)
    let mode = PassMode.training(DropoutDraws(seed: 0, step: 0, firstPosition: 0))
    var weights = weights
    let logits = workspace.forward(&weights, batch.images, count: count, mode: mode)
    let outputGradient = CrossEntropy.gradient(
      logits, batch.targets, classes: network.classes, smoothing: smoothing)
    var result = weights
    result.parameters.withUnsafeMutableBufferPointer {
      _ = workspace.backward(
        weights, from: outputGradient, count: count, mode: mode, parameterGradient: $0.baseAddress)
    }
    return (logits, result.tensors(areStatistics: false))
  }

  /// Runs one layer by itself in training mode, given an input and the gradient of its output, both
  /// N x H x W x C.
  ///
  /// Returns `output`, `input` (the gradient of the input) and the gradients of the layer's
  /// parameters.
  package func layer(_ name: String, input: Tensor, outputGradient: [Float]) throws(NeuralError)
    -> [Tensor]
  {
    guard let node = network.nodes.first(where: { $0.name == name }), input.shape.count == 4 else {
      throw NeuralError("no layer \(name) that takes N x H x W x C")
    }
    let shape = Shape(height: input.shape[1], width: input.shape[2], channels: input.shape[3])
    let one = try Network(
      input: shape, nodes: [.init(name: name, operation: node.operation, inputs: [-1])])
    var own = try weights.part(one)
    let count = input.shape[0]
    let workspace = Workspace(one, capacity: count, threads: threads)
    let mode = PassMode.training(DropoutDraws(seed: 0, step: 0, firstPosition: 0))
    let output = workspace.forward(&own, input.values, count: count, mode: mode)
    var result = own
    let gradient = result.parameters.withUnsafeMutableBufferPointer {
      workspace.backward(
        own, from: outputGradient, count: count, mode: mode, parameterGradient: $0.baseAddress,
        wanted: -1)
    }
    let out = one.shapes[0]
    return [
      Tensor(
        name: "output", shape: [count, out.height, out.width, out.channels], values: output),
      Tensor(name: "input", shape: input.shape, values: gradient),
    ] + result.tensors(areStatistics: false)
  }
}

extension Weights {
  /// Either the statistics or the parameters.
  fileprivate func tensors(areStatistics: Bool) -> [Tensor] {
    let names = Set(table.entries.filter { $0.isStatistic == areStatistics }.map(\.name))
    return tensors.filter { names.contains($0.name) }
  }
}
