/// A trained network that classifies images.
public struct Classifier: Sendable {
  private let trained: TrainedNetwork

  /// Creates a classifier from tensors in PyTorch's layouts.
  ///
  /// Throws if the images are too small for the network, or the tensors do not fit it.
  public init(
    _ backbone: Backbone, _ form: Backbone.Form, tensors: [Tensor], threads: Int
  ) throws(NeuralError) {
    trained = try TrainedNetwork(try backbone.network(form), tensors: tensors, threads: threads)
  }

  private init(_ trained: TrainedNetwork) { self.trained = trained }

  /// The classifier with a step of its network's `cascade` taken (Adebayo and others 2018).
  ///
  /// The learned values from the top down to that step are drawn again by their initialisers. With one
  /// seed, a layer gets the same values in all steps that redraw it.
  ///
  /// - Precondition: The step is one of `network`.
  public func redrawn(
    _ step: CascadeStep, seed: UInt64, threads: Int
  ) throws(NeuralError) -> Classifier {
    Classifier(try trained.redrawn(from: step.node, seed: seed, threads: threads))
  }

  /// The network.
  public var network: Network { trained.network }

  /// Returns the probabilities (samples x classes) of images (samples x height x width x channels).
  public func probabilities(_ images: [Float]) -> [Float] {
    CrossEntropy.softmax(logits(images), classes: network.classes)
  }

  /// Returns the logits (samples x classes) of images (samples x height x width x channels).
  ///
  /// The logits of an image do not depend on the other images.
  public func logits(_ images: [Float]) -> [Float] { trained.outputs(images) }

  /// The same.
  public func logits(of images: NetworkSamples) -> [Float] { trained.outputs(of: images) }

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
    let maps = layerMaps(image, class: label, at: layer)
    return (maps.gradCAM, maps.width, maps.height)
  }

  /// The output of a layer, by default the last convolution, for one image, and the gradients of a
  /// class's logit with respect to it; without a class, the output alone.
  ///
  /// - Precondition: The layer is one of `network`.
  public func layerMaps(
    _ image: [Float], class label: Int?, at layer: FeatureLayer? = nil
  ) -> LayerMaps {
    trained.layerMaps(
      image, gradient: label.map { gradients(of: $0, count: 1) },
      at: layer?.node ?? network.lastActivations)
  }

  /// The gradients of a class's logit with respect to each image, in the shape of the images.
  public func inputGradients(_ images: [Float], class label: Int) -> [Float] {
    trained.inputGradients(
      images, gradients: gradients(of: label, count: images.count / network.input.count),
      batch: TrainedNetwork.gradientBatch)
  }

  /// The gradients of a class's logit with respect to all logits, for a number of images.
  private func gradients(of label: Int, count: Int) -> [Float] {
    precondition(label >= 0 && label < network.classes, "no class \(label)")
    var gradients = [Float](repeating: 0, count: count * network.classes)
    for sample in 0..<count { gradients[sample * network.classes + label] = 1 }
    return gradients
  }
}
