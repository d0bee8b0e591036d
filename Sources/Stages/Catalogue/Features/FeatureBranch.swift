internal import Imaging
internal import Neural
internal import PipelineDSL

/// One network of a feature computation, cut at a point.
struct FeatureBranch: Sendable {
  /// The network's card, whose class list is empty for a network of a weights file.
  let card: ModelCard
  private let network: FeatureNetwork
  /// The number of images whose inputs are in memory at a time.
  static let batch = 32

  /// The number of features of an image.
  var width: Int { network.width }

  /// Creates a branch of a card and tensors with the reference's names.
  ///
  /// Throws if they do not fit together, or if the network has no layer at the point.
  init(
    _ card: ModelCard, _ tensors: [Tensor], at point: FeaturePoint, threads: Int
  ) throws(NeuralError) {
    self.card = card
    // Without a head, any number of classes will do: it is cut off.
    let form = Backbone.Form(
      size: card.size, classes: max(2, card.classes.count),
      head: card.hasHead ? .hidden(width: card.dense) : .plain)
    network = try FeatureNetwork(
      card.backbone, form, at: point, tensors: tensors, threads: threads)
  }

  /// Loads the branch of a folder with `model.json` and `model.safetensors`.
  ///
  /// Throws if the files are missing, damaged or inconsistent.
  init(_ artifact: InputArtifact, at point: FeaturePoint, threads: Int) throws(StageError) {
    let card = try ModelCard(artifact, mayLackHead: true)
    let bytes = try artifact.bytes(ModelCard.tensorFile)
    do throws(NeuralError) {
      try self.init(card, try Safetensors.decode(bytes), at: point, threads: threads)
    } catch {
      throw artifact.failure(ModelCard.tensorFile, error.reason)
    }
  }

  /// The features of images (images x width), which do not depend on each other.
  ///
  /// Throws if an image does not have the network's input size and three channels.
  func features(of images: some Collection<Image>) throws(StageError) -> [Float] {
    for image in images { try image.requireSize(card.size) }
    return network.features(of: .pixels(images.map(\.pixels), card.normalisation))
  }

  /// The features of network inputs, images x size x size x 3.
  func features(ofInputs inputs: [Float]) -> [Float] { network.features(inputs) }

  /// The network input of an image: normalised, size x size x 3.
  ///
  /// Throws if the image does not have the network's input size and three channels.
  func input(_ image: Image) throws(StageError) -> [Float] {
    try image.requireSize(card.size)
    return card.normalisation.floats(image.pixels)
  }

  /// The network inputs of pixels in [0, 1].
  func inputs(ofPixels pixels: [Float]) -> [Float] {
    let (mean, deviation) = (card.normalisation.mean, card.normalisation.deviation)
    return pixels.indices.map { Float((Double(pixels[$0]) - mean[$0 % 3]) / deviation[$0 % 3]) }
  }

  /// The gradients with respect to pixels in [0, 1], given those with respect to their features.
  func pixelGradients(_ inputs: [Float], gradients: [Float]) -> [Float] {
    let deviation = card.normalisation.deviation
    let found = network.inputGradients(inputs, gradients: gradients)
    return found.indices.map { Float(Double(found[$0]) / deviation[$0 % 3]) }
  }

  /// The output of a layer by name, `nil` for the last convolution, for an input, and the gradients,
  /// with respect to it, of the number whose gradient with respect to the features is given; without
  /// one, the output alone.
  ///
  /// Throws if the network has no such layer.
  func layerMaps(
    _ input: [Float], gradient: [Float]?, at layer: String?
  ) throws(NeuralError) -> LayerMaps {
    network.layerMaps(
      input, gradient: gradient,
      at: try layer.map { name throws(NeuralError) in
        try network.featureLayer(name)
      })
  }
}
