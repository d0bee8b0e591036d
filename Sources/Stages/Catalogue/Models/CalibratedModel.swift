internal import Imaging
internal import PipelineDSL

/// `model.json` of a calibrated model.
typealias CalibratedCard = WrappedCard<CalibrationRule>

extension CalibrationRule: WrappingRule {
  static var kind: ModelKind { .calibrated }

  init(_ json: JSONValue, classes: [String]) throws(StageError) {
    try self.init(json, classes: classes.count)
  }
}

/// A model with calibrated probabilities: images in, the logarithm of one probability per class
/// out.
///
/// Explanations are those of the inner model's logits: Grad-CAM and gradients say what the network
/// looks at, which calibration does not change.
struct CalibratedModel: ImageModel {
  let classes: [String]
  let size: Int
  let preparation: Preparation?
  private let inner: any ImageModel
  private let rule: CalibrationRule

  /// Loads a model that uses up to `threads` threads and lies in `depth` - 1 others.
  ///
  /// Throws if its files are missing, damaged or inconsistent.
  init(_ artifact: InputArtifact, threads: Int, depth: Int = 1) throws(StageError) {
    let card = try CalibratedCard(artifact)
    inner = try card.inner(of: artifact, threads: threads, depth: depth)
    rule = card.rule
    (classes, size) = (card.facts.classes, card.facts.size)
    preparation = card.facts.preparation
  }

  func logits(of images: [Image]) throws -> [[Float]] {
    try inner.logits(of: images).map(rule.logits)
  }

  func layerMaps(
    _ image: Image, class label: Int?, at layer: String?
  ) throws -> [NetworkMaps] {
    try inner.layerMaps(image, class: label, at: layer)
  }

  var gradients: ImageGradients? { inner.gradients }
}
