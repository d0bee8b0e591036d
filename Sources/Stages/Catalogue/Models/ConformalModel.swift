internal import Imaging
internal import PipelineDSL

/// `model.json` of a conformal model.
typealias ConformalCard = WrappedCard<ConformalRule>

extension ConformalRule: WrappingRule {
  static var kind: ModelKind { .conformal }
}

/// A model with prediction sets: in all else it is the inner model, to the last bit.
struct ConformalModel: ImageModel {
  let classes: [String]
  let size: Int
  let preparation: Preparation?
  /// The thresholds of the sets.
  let rule: ConformalRule
  private let inner: any ImageModel

  /// Loads a model that uses up to `threads` threads and lies in `depth` - 1 others.
  ///
  /// Throws if its files are missing, damaged or inconsistent.
  init(_ artifact: InputArtifact, threads: Int, depth: Int = 1) throws(StageError) {
    let card = try ConformalCard(artifact)
    inner = try card.inner(of: artifact, threads: threads, depth: depth)
    rule = card.rule
    (classes, size) = (card.facts.classes, card.facts.size)
    preparation = card.facts.preparation
  }

  func logits(of images: [Image]) throws -> [[Float]] { try inner.logits(of: images) }

  func layerMaps(
    _ image: Image, class label: Int?, at layer: String?
  ) throws -> [NetworkMaps] {
    try inner.layerMaps(image, class: label, at: layer)
  }

  var gradients: ImageGradients? { inner.gradients }
}
