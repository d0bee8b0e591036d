/// Where features are taken in a network.
public enum FeaturePoint: String, Sendable, CaseIterable {
  /// The activations of the last convolutional node, flattened: position-major, channels last.
  ///
  /// This is what enters the head; in VGG after the last max pooling, as in torchvision's
  /// `features`.
  case convolution = "last-convolution"
  /// The global average of the activations at `last-convolution`, one value per channel.
  case pooled
  /// The output of the hidden dense layer of the head after its ReLU.
  case dense
}

/// A network cut at a point: images in, feature vectors out.
public struct FeatureNetwork: Sendable {
  /// The number of features per image.
  public let width: Int
  private let whole: Network
  private let trained: TrainedNetwork

  /// Creates a feature network from tensors in PyTorch's layouts.
  ///
  /// Tensors of the head behind `point` are ignored, so a weights file needs none at
  /// `last-convolution` and `pooled`, nor one for the classes of `form`. Throws if the images are
  /// too small for the network, the form has no hidden dense layer at `dense`, or the tensors do
  /// not fit.
  public init(
    _ backbone: Backbone, _ form: Backbone.Form, at point: FeaturePoint, tensors: [Tensor],
    threads: Int
  ) throws(NeuralError) {
    if point == .dense, form.head == .plain {
      throw NeuralError(
        "this \(backbone.rawValue) has no hidden dense layer; take the features at 'pooled' or "
          + "'last-convolution'")
    }
    whole = try backbone.network(form)
    let part = try whole.cut(at: point)
    let own = Set(part.table.entries.map(\.name))
    let given = tensors.filter {
      own.contains(Backbone.currentName($0.name)) || !Backbone.isOfHead($0.name)
    }
    trained = try TrainedNetwork(part, tensors: given, threads: threads)
    width = trained.width
  }

  /// Returns the features (images x `width`) of images (images x height x width x channels).
  ///
  /// The features of an image do not depend on the other images.
  public func features(_ images: [Float]) -> [Float] { trained.outputs(images) }

  /// The same.
  public func features(of images: NetworkSamples) -> [Float] { trained.outputs(of: images) }

  /// The layer with a name, by default the last convolution; see `Network.featureLayer`.
  ///
  /// Throws an error that lists the outputs of all blocks if no layer has the name.
  public func featureLayer(_ name: String?) throws(NeuralError) -> FeatureLayer {
    try whole.featureLayer(name)
  }

  /// The Grad-CAM on one image, as `Classifier.gradCAM`, of a scalar whose gradient with respect to
  /// the features is `gradient`.
  ///
  /// - Precondition: The layer is one of this network, and the gradient has `width` values.
  public func gradCAM(_ image: [Float], gradient: [Float], at layer: FeatureLayer? = nil) -> (
    map: [Float], width: Int, height: Int
  ) {
    let maps = layerMaps(image, gradient: gradient, at: layer)
    return (maps.gradCAM, maps.width, maps.height)
  }

  /// The output of a layer, by default the last convolution, for one image, and the gradients, with
  /// respect to it, of a scalar whose gradient with respect to the features is `gradient`; without
  /// one, the output alone.
  ///
  /// - Precondition: The layer is one of this network, and the gradient has `width` values.
  public func layerMaps(
    _ image: [Float], gradient: [Float]?, at layer: FeatureLayer? = nil
  ) -> LayerMaps {
    trained.layerMaps(image, gradient: gradient, at: layer?.node ?? whole.lastActivations)
  }

  /// The gradients of a scalar with respect to each image, in the shape of the images.
  ///
  /// `gradients` (images x `width`) are those of the scalar with respect to the features. The
  /// gradients of an image do not depend on the other images.
  ///
  /// - Precondition: There is a row of `gradients` for each image.
  public func inputGradients(_ images: [Float], gradients: [Float]) -> [Float] {
    trained.inputGradients(images, gradients: gradients)
  }
}

extension Network {
  /// The number of features per image at a point of a network with a hidden dense layer.
  public func width(at point: FeaturePoint) -> Int {
    switch point {
    case .convolution: shapes[head - 1].count
    case .pooled: shapes[head - 1].channels
    case .dense: shapes[nodes.count - 3].count
    }
  }

  /// The nodes up to a point, and global average pooling if the features are pooled.
  fileprivate func cut(at point: FeaturePoint) throws(NeuralError) -> Network {
    switch point {
    case .convolution: return try part(0..<head)
    // Behind the hidden layer's ReLU are a dropout and the last dense layer.
    case .dense: return try part(0..<nodes.count - 2)
    case .pooled:
      let pool = Node(name: "pool", operation: .layer(GlobalAveragePool()), inputs: [head - 1])
      return try Network(input: input, nodes: nodes[..<head] + [pool], blocks: blocks)
    }
  }
}
