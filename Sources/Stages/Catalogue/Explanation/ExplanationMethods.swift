internal import Imaging
internal import PipelineDSL

/// The explanation methods, set up for a model.
struct ExplanationMethods: Sendable {
  let parameters: Explain.Parameters
  let model: ExplainedModel
  let context: StageContext
  /// The training images that `counterfactual` takes parts of.
  var references: ReferenceImages?

  /// A name and the finding under it.
  typealias Named = (name: String, finding: Finding)

  /// Explains the predicted class of an image by one method.
  ///
  /// There is one finding, with the method's name, or for methods of feature maps and a model of
  /// several networks one per network: `grad-cam/xception`.
  func findings(
    _ method: Explain.Method, _ image: Image, _ prediction: ExplainedModel.Prediction
  ) throws -> [Named] {
    try method.type.init(parameters).findings(image, prediction, self)
  }

  /// The random numbers of a method for a sample.
  func draws(
    _ method: Explain.Method, _ prediction: ExplainedModel.Prediction
  ) -> RandomStream {
    context.draws(Explain.name, sample: prediction.sample.id, purpose: method.rawValue)
  }

  /// Throws if a method returns a number that is not finite.
  func check(
    _ values: [Float], _ method: Explain.Method, _ prediction: ExplainedModel.Prediction
  ) throws(StageError) {
    guard values.allSatisfy(\.isFinite) else {
      throw StageError(
        "\(method.rawValue) returns non-finite numbers for sample \(prediction.sample.id)",
        hint: "the model's weights may have diverged: train again with a lower learning rate")
    }
  }

  /// The finding of a map of a layer, not negative, at the size of the layer.
  func finding(
    _ map: GradCAMMap, _ method: Explain.Method, _ image: Image,
    _ prediction: ExplainedModel.Prediction
  ) throws -> Named {
    try check(map.map, method, prediction)
    let saliency = Saliency.upsampled(
      map.map, width: map.width, height: map.height, toWidth: image.width, toHeight: image.height)
    return (
      map.part.isEmpty ? method.rawValue : "\(method.rawValue)/\(map.part)",
      Finding(
        saliency: saliency, views: [("", image.overlaid(with: saliency.values))],
        arrays: [("", NPYArray(float32: saliency.values, shape: [image.height, image.width]))],
        positions: Finding.Positions(width: map.width, height: map.height))
    )
  }

  /// The finding of one number per pixel that is positive where the pixel supports the class.
  func finding(
    signed map: [Float], _ method: Explain.Method, _ image: Image,
    arrays: [(suffix: String, array: NPYArray)] = []
  ) -> Named {
    (
      method.rawValue,
      Finding(
        saliency: Saliency(width: image.width, height: image.height, values: map),
        views: [("", image.overlaid(withSigned: map))],
        arrays: [("", NPYArray(float32: map, shape: [image.height, image.width]))] + arrays)
    )
  }
}
