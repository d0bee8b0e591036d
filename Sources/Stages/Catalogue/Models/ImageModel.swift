internal import Imaging
internal import Neural
internal import PipelineDSL

/// A model of any kind: images in, one logit per class out.
protocol ImageModel: Sendable {
  /// The class names, in the order of the logits.
  var classes: [String] { get }
  /// The edge of the square input images in pixels.
  var size: Int { get }
  /// How its training images were made from their originals; `nil` if unknown.
  var preparation: Preparation? { get }
  /// One logit per class for each image; those of an image do not depend on the other images.
  ///
  /// Throws if an image does not have the model's input size and three channels.
  func logits(of images: [Image]) throws -> [[Float]]
  /// The feature maps of an image in each network of the model, at a layer by name (`nil` for the
  /// last convolution), with the gradients of a class's logit; without a class, the maps alone.
  ///
  /// Throws if the model has no gradient of the class, or a network no such layer.
  func layerMaps(
    _ image: Image, class label: Int?, at layer: String?
  ) throws -> [NetworkMaps]
  /// The gradients of the logits; `nil` if the model has none (trees, neighbours, votes).
  var gradients: ImageGradients? { get }
}

/// The feature maps of one network of a model; `part` names the network, and is empty for a model
/// of a single one.
typealias NetworkMaps = (part: String, maps: LayerMaps)

/// The Grad-CAM map of one network of a model; `part` names the network, and is empty for a model
/// of a single one.
typealias GradCAMMap = (part: String, map: [Float], width: Int, height: Int)

/// The logits and gradients of a model as functions of numbers, for integrated gradients.
///
/// An input has size x size x 3 numbers; inputs of several images are concatenated.
struct ImageGradients: Sendable {
  /// The input of an image.
  let input: @Sendable (Image) throws -> [Float]
  /// One logit per class for each of several inputs.
  let logits: @Sendable ([Float]) throws -> [[Float]]
  /// The gradient of a class's logit with respect to several inputs, separately for each.
  let gradients: @Sendable ([Float], Int) throws -> [Float]
}

extension ImageModel {
  /// The Grad-CAM map of a class through each network of the model, at a layer by name (`nil` for
  /// the last convolution): not negative, neither scaled nor upsampled.
  ///
  /// Throws if the model has no gradient of the class, or a network no such layer.
  func gradCAMs(_ image: Image, class label: Int, at layer: String?) throws -> [GradCAMMap] {
    try layerMaps(image, class: label, at: layer).map { part, maps in
      (part, maps.gradCAM, maps.width, maps.height)
    }
  }

  /// The probabilities of all classes for each image, in their order.
  ///
  /// Throws if an image does not have the model's input size and three channels.
  func probabilities(_ images: [Image]) throws -> [[Float]] {
    try logits(of: images).map { CrossEntropy.softmax($0, classes: classes.count) }
  }

  /// Throws if an image does not have the model's input size and three channels.
  func requireSize(of image: Image) throws(StageError) { try image.requireSize(size) }
}

extension Image {
  /// Throws unless the image is a square of `size` pixels with three channels, as a model takes.
  func requireSize(_ size: Int) throws(StageError) {
    guard width == size, height == size, channels == 3 else {
      throw StageError(
        "an image of \(width) x \(height) pixels and \(channels) channels; the "
          + "model takes \(size) x \(size) and 3",
        hint: "crop the images as the model's training images were")
    }
  }
}
