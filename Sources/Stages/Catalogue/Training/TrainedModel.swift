internal import Imaging
internal import Neural
internal import PipelineDSL

/// A loaded model of a single network, ready for prediction.
struct TrainedModel: ImageModel {
  /// The class names, in the order of the probabilities.
  let classes: [String]
  /// The edge of the square input images in pixels.
  let size: Int
  /// How its training images were made from their originals; `nil` if unknown.
  let preparation: Preparation?
  private let normalisation: Normalisation
  private let classifier: Classifier

  /// Creates a model from an existing classifier.
  init(
    classes: [String], size: Int, normalisation: Normalisation, preparation: Preparation? = nil,
    classifier: Classifier
  ) {
    (self.classes, self.size, self.preparation) = (classes, size, preparation)
    (self.normalisation, self.classifier) = (normalisation, classifier)
  }

  /// Loads a model that uses up to `threads` threads.
  ///
  /// Throws if its files are missing, damaged or inconsistent.
  static func load(_ artifact: InputArtifact, threads: Int) throws(StageError) -> TrainedModel {
    let card = try ModelCard(artifact)
    let bytes = try artifact.bytes(ModelCard.tensorFile)
    do throws(NeuralError) {
      let form = Backbone.Form(
        size: card.size, classes: card.classes.count, head: .hidden(width: card.dense))
      return TrainedModel(
        classes: card.classes, size: card.size, normalisation: card.normalisation,
        preparation: card.preparation,
        classifier: try Classifier(
          card.backbone, form, tensors: try Safetensors.decode(bytes), threads: threads))
    } catch {
      throw artifact.failure(ModelCard.tensorFile, error.reason)
    }
  }

  /// The logits of all classes for each image, in their order.
  ///
  /// Throws if an image does not have the model's input size and three channels.
  func logits(of images: [Image]) throws -> [[Float]] {
    for image in images { try requireSize(of: image) }
    return rows(classifier.logits(of: .pixels(images.map(\.pixels), normalisation)))
  }

  /// The steps in which the network can be randomised from the top.
  var cascade: [CascadeStep] { classifier.network.cascade }

  /// The model with a step of the cascade taken: its learned values from the top down to that step
  /// are drawn again.
  func redrawn(_ step: CascadeStep, seed: UInt64, threads: Int) throws(StageError) -> TrainedModel {
    do throws(NeuralError) {
      return TrainedModel(
        classes: classes, size: size, normalisation: normalisation, preparation: preparation,
        classifier: try classifier.redrawn(step, seed: seed, threads: threads))
    } catch {
      throw StageError("layer '\(step.name)' cannot be drawn again: \(error.reason)")
    }
  }

  /// The layer of the network with a name; without one, the last convolution.
  ///
  /// Throws an error that lists the layers if none with a feature map has the name.
  func layer(_ name: String?) throws(StageError) -> FeatureLayer {
    do throws(NeuralError) { return try classifier.network.featureLayer(name) } catch {
      throw StageError("'layer': \(error.reason)")
    }
  }

  /// The maps of the one network, with an empty name.
  ///
  /// Throws if no layer with a feature map has the name, or if the image does not fit.
  func layerMaps(
    _ image: Image, class label: Int?, at layer: String?
  ) throws -> [NetworkMaps] {
    let layer = try self.layer(layer)
    return [("", classifier.layerMaps(try input(image), class: label, at: layer))]
  }

  /// The Grad-CAM map of a class for an image: not negative, neither scaled nor upsampled.
  ///
  /// It is that of a layer of this model, by default the last convolution. Throws if an image does
  /// not have the model's input size and three channels.
  func gradCAM(
    _ image: Image, class label: Int, at layer: FeatureLayer? = nil
  ) throws -> (map: [Float], width: Int, height: Int) {
    classifier.gradCAM(try input(image), class: label, at: layer)
  }

  /// The logits of all classes for network inputs, images x size x size x 3.
  func logits(_ inputs: [Float]) -> [[Float]] { rows(classifier.logits(inputs)) }

  private func rows(_ flat: [Float]) -> [[Float]] {
    stride(from: 0, to: flat.count, by: classes.count).map {
      Array(flat[$0..<$0 + classes.count])
    }
  }

  /// The gradient of a class's logit with respect to network inputs, images x size x size x 3,
  /// separately for each image.
  func inputGradients(_ inputs: [Float], class label: Int) -> [Float] {
    classifier.inputGradients(inputs, class: label)
  }

  /// The gradients of the logits with respect to network inputs.
  var gradients: ImageGradients? {
    ImageGradients(
      input: { try input($0) }, logits: { logits($0) },
      gradients: { inputGradients($0, class: $1) })
  }

  /// The network input of an image: normalised, size x size x 3.
  ///
  /// Throws if an image does not have the model's input size and three channels.
  func input(_ image: Image) throws(StageError) -> [Float] {
    try requireSize(of: image)
    return normalisation.floats(image.pixels)
  }
}
