/// A trained network that classifies images.
public struct Classifier: Sendable {
  /// The network.
  public let network: Network
  private let weights: Weights
  private let folded: (network: Network, weights: Weights)
  private let prepared: PreparedWeights
  private let spare: SpareWorkspace
  /// The maximum number of images per pass, which bounds memory.
  private static let batch = 32

  /// Creates a classifier from tensors in PyTorch's layouts.
  ///
  /// Throws if the images are too small for the network, or the tensors do not fit it.
  public init(
    _ backbone: Backbone, _ form: Backbone.Form, tensors: [Tensor], threads: Int
  ) throws(NeuralError) {
    network = try backbone.network(form)
    weights = try Weights(network, tensors: tensors)
    folded = try network.folded(weights)
    prepared = PreparedWeights(folded.network, folded.weights, threads: threads)
    spare = SpareWorkspace(inference: folded.network, gradients: network, threads: threads)
  }

  /// Returns the probabilities (samples x classes) of images (samples x height x width x channels).
  public func probabilities(_ images: [Float]) -> [Float] {
    CrossEntropy.softmax(logits(images), classes: network.classes)
  }

  /// Returns the logits (samples x classes) of images (samples x height x width x channels).
  ///
  /// The logits of an image do not depend on the other images.
  public func logits(_ images: [Float]) -> [Float] {
    let size = network.input.count
    let count = images.count / size
    guard count > 0 else { return [] }
    let batch = min(count, Self.batch)
    return spare.lend(for: .inference, count: batch) { workspace in
      var weights = folded.weights
      var logits: [Float] = []
      for first in stride(from: 0, to: count, by: batch) {
        let range = first..<min(count, first + batch)
        logits += workspace.forward(
          &weights, Array(images[range.lowerBound * size..<range.upperBound * size]),
          count: range.count, mode: .evaluation, prepared: prepared)
      }
      return logits
    }
  }

  /// The Grad-CAM of a class on one image (Selvaraju and others, 2017).
  ///
  /// The activations of a layer, by default the last convolution, are weighted by the mean gradient
  /// of the class's logit and summed over channels; negative sums are set to 0. The map has the
  /// rows and columns of that layer, neither scaled nor upsampled.
  ///
  /// - Precondition: The layer is one of `network`.
  public func gradCAM(_ image: [Float], class label: Int, at layer: FeatureLayer? = nil) -> (
    map: [Float], width: Int, height: Int
  ) {
    let node = layer?.node ?? network.lastActivations
    let shape = network.shapes[node]
    let (mapGradients, activations) = spare.lend(for: .gradients, count: 1) { workspace in
      let mapGradients = gradient(of: label, image, wanted: node, workspace)
      return (mapGradients, workspace.output(node, count: 1))
    }
    var importance = [Float](repeating: 0, count: shape.channels)
    for index in mapGradients.indices {
      importance[index % shape.channels] += mapGradients[index] / Float(shape.positions)
    }
    let map = (0..<shape.positions).map { position in
      var sum: Float = 0
      for channel in 0..<shape.channels {
        sum += importance[channel] * activations[position * shape.channels + channel]
      }
      return max(sum, 0)
    }
    return (map, shape.width, shape.height)
  }

  /// The gradients of a class's logit with respect to each image, in the shape of the images.
  public func inputGradients(_ images: [Float], class label: Int) -> [Float] {
    let size = network.input.count
    let count = images.count / size
    guard count > 0 else { return [] }
    // Keeping every activation is expensive, so a pass has fewer images.
    let batch = min(count, 4)
    return spare.lend(for: .gradients, count: batch) { workspace in
      var gradients: [Float] = []
      for first in stride(from: 0, to: count, by: batch) {
        let range = first..<min(count, first + batch)
        gradients += gradient(
          of: label, Array(images[range.lowerBound * size..<range.upperBound * size]), wanted: -1,
          workspace)
      }
      return gradients
    }
  }

  private func gradient(
    of label: Int, _ images: [Float], wanted: Int, _ workspace: Workspace
  ) -> [Float] {
    precondition(label >= 0 && label < network.classes, "no class \(label)")
    let count = images.count / network.input.count
    var weights = weights
    _ = workspace.forward(&weights, images, count: count, mode: .evaluation)
    var outputGradient = [Float](repeating: 0, count: count * network.classes)
    for sample in 0..<count { outputGradient[sample * network.classes + label] = 1 }
    return workspace.backward(
      weights, from: outputGradient, count: count, mode: .evaluation, wanted: wanted)
  }
}
