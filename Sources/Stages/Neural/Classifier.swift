/// A trained network, ready to judge images.
public struct Classifier: Sendable {
  /// The architecture.
  public let backbone: Backbone
  /// The network.
  public let network: Network
  private let weights: Weights
  private let threads: Int
  /// Images a pass at most, which bounds memory.
  private static let batch = 32

  /// A classifier from tensors in PyTorch's layouts.
  ///
  /// Throws if the images are too small for the network, or the tensors do not fit it.
  public init(
    _ backbone: Backbone, size: Int, classes: Int, tensors: [Tensor], threads: Int
  ) throws(NeuralProblem) {
    self.backbone = backbone
    network = try backbone.network(size: size, classes: classes, dropout: 0)
    weights = try Weights(network, tensors: tensors)
    self.threads = threads
  }

  /// Probabilities, samples x classes, of images, samples x height x width x channels.
  public func probabilities(_ images: [Float]) -> [Float] {
    let size = network.input.count
    let count = images.count / size
    guard count > 0 else { return [] }
    let workspace = Workspace(network, capacity: min(count, Self.batch), threads: threads)
    var weights = weights
    var logits: [Float] = []
    for first in stride(from: 0, to: count, by: workspace.capacity) {
      let range = first..<min(count, first + workspace.capacity)
      logits += workspace.forward(
        &weights, Array(images[range.lowerBound * size..<range.upperBound * size]),
        count: range.count, mode: .evaluation)
    }
    return CrossEntropy.softmax(logits, classes: network.classes)
  }

  /// The Grad-CAM of a class on one image (Selvaraju and others, 2017).
  ///
  /// Activations of the last convolution are weighted by the mean gradient of the class's logit,
  /// summed over channels, and negative sums cut off.
  /// Rows x columns of that layer, neither scaled nor upsampled.
  public func gradCAM(_ image: [Float], class label: Int) -> (
    map: [Float], width: Int, height: Int
  ) {
    precondition(label >= 0 && label < network.classes, "no class \(label)")
    let node = backbone.gradCAMNode(network)
    let shape = network.shapes[node]
    let workspace = Workspace(network, capacity: 1, threads: threads)
    var weights = weights
    _ = workspace.forward(&weights, image, count: 1, mode: .evaluation)
    var slope = [Float](repeating: 0, count: network.classes)
    slope[label] = 1
    let gradient = workspace.backward(
      weights, from: slope, count: 1, mode: .evaluation, to: node + 1, parameterGradient: nil)
    let activations = workspace.output(node, count: 1)
    var importance = [Float](repeating: 0, count: shape.channels)
    for index in gradient.indices {
      importance[index % shape.channels] += gradient[index] / Float(shape.positions)
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
}
