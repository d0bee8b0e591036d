/// A network with its weights: folded for outputs, and as it was trained for gradients.
public struct TrainedNetwork: Sendable {
  /// The network.
  public let network: Network
  private let plain: PlainWeights
  private let prepared: PreparedWeights
  private let spare: SpareWorkspace<Workspace>
  private let spareInference: SpareWorkspace<InferenceWorkspace>
  /// The maximum number of samples per pass, which bounds memory.
  private static let batch = 32
  /// The same for gradients: as every activation is kept, a pass has fewer samples.
  static let gradientBatch = 4

  /// Creates a trained network from tensors in PyTorch's layouts.
  ///
  /// Throws if the tensors do not fit the network.
  public init(_ network: Network, tensors: [Tensor], threads: Int) throws(NeuralError) {
    self.network = network
    let fitting = try network.table.fitting(tensors)
    let folded = try FoldedNetwork(network, fitting: fitting)
    plain = PlainWeights(network.table, fitting: fitting)
    prepared = PreparedWeights(folded, threads: threads)
    spare = SpareWorkspace { Workspace(network, capacity: $0, threads: threads) }
    spareInference = SpareWorkspace { [folded = folded.network] in
      InferenceWorkspace(folded, capacity: $0, threads: threads)
    }
  }

  /// The network with the weights of all nodes from a given one on drawn again.
  func redrawn(from node: Int, seed: UInt64, threads: Int) throws(NeuralError) -> TrainedNetwork {
    try TrainedNetwork(
      network, tensors: plain.weights.redrawn(network, from: node, seed: seed).tensors,
      threads: threads)
  }

  /// The number of output values per sample.
  public var width: Int { network.shapes.last?.count ?? 0 }

  /// Returns the outputs (samples x `width`) of samples in the shape of the network's input.
  ///
  /// The outputs of a sample do not depend on the other samples.
  public func outputs(_ samples: [Float]) -> [Float] { outputs(of: .numbers(samples)) }

  /// The same.
  public func outputs(of samples: NetworkSamples) -> [Float] {
    let count = samples.count(size: network.input.count)
    guard count > 0 else { return [] }
    let batch = min(count, Self.batch)
    return spareInference.lend(count: batch) { workspace in
      var outputs: [Float] = []
      for first in stride(from: 0, to: count, by: batch) {
        outputs += workspace.outputs(samples, first..<min(first + batch, count), prepared)
      }
      return outputs
    }
  }

  /// The gradients of a scalar with respect to each sample, in the shape of the samples.
  ///
  /// `gradients` (samples x `width`) are those of the scalar with respect to the outputs. The
  /// gradients of a sample do not depend on the other samples.
  ///
  /// - Precondition: There is a row of `gradients` for each sample.
  public func inputGradients(_ samples: [Float], gradients: [Float]) -> [Float] {
    // The bits of a dense layer's product depend on the number of samples.
    let isAlone = network.nodes.contains { $0.layer is Dense }
    return inputGradients(
      samples, gradients: gradients, batch: isAlone ? 1 : Self.gradientBatch)
  }

  /// The same, of at most `batch` samples per pass.
  func inputGradients(_ samples: [Float], gradients: [Float], batch: Int) -> [Float] {
    let (size, width) = (network.input.count, width)
    let count = samples.count / size
    precondition(gradients.count == count * width, "gradients of another number of outputs")
    guard count > 0 else { return [] }
    let batch = min(count, batch)
    return spare.lend(count: batch) { workspace in
      var result: [Float] = []
      for first in stride(from: 0, to: count, by: batch) {
        let end = min(count, first + batch)
        result += backward(
          Array(samples[first * size..<end * size]),
          Array(gradients[first * width..<end * width]), wanted: -1, workspace)
      }
      return result
    }
  }

  /// The output of a node for one sample, and the gradient, with respect to it, of a scalar whose
  /// gradient with respect to the network's outputs is `gradient`; `nil` for the output alone.
  func layerMaps(_ sample: [Float], gradient: [Float]?, at node: Int) -> LayerMaps {
    precondition(gradient?.count ?? width == width, "the gradient of another number of outputs")
    let shape = network.shapes[node]
    let (mapGradients, activations) = spare.lend(count: 1) { workspace in
      let mapGradients: [Float]
      if let gradient {
        mapGradients = backward(sample, gradient, wanted: node, workspace)
      } else {
        var weights = plain.weights
        _ = workspace.forward(&weights, sample, count: 1, mode: .evaluation)
        mapGradients = []
      }
      return (mapGradients, workspace.output(node, count: 1))
    }
    return LayerMaps(
      activations: activations, gradients: mapGradients, width: shape.width, height: shape.height,
      channels: shape.channels)
  }

  private func backward(
    _ samples: [Float], _ gradients: [Float], wanted: Int, _ workspace: Workspace
  ) -> [Float] {
    let count = samples.count / network.input.count
    var weights = plain.weights
    _ = workspace.forward(&weights, samples, count: count, mode: .evaluation)
    return workspace.backward(
      weights, from: gradients, count: count, mode: .evaluation, wanted: wanted)
  }
}
