internal import Imaging
internal import PipelineDSL

/// `model.json` of a calibrated model.
struct CalibratedCard: Sendable {
  /// The folder of the model that is calibrated.
  static let folder = "model"

  /// Classes, size and preparation, which the inner model shares.
  let facts: ModelFacts
  /// How logits are calibrated.
  let rule: CalibrationRule
  /// The folder of the inner model.
  let member: String

  /// Reads the card of a model; throws if it is incomplete or inconsistent.
  init(_ json: JSONValue) throws(StageError) {
    facts = try ModelFacts(json)
    rule = try CalibrationRule(json, classes: facts.classes.count)
    member = try ModelFolder.name(json["member"], "member")
  }

  /// Writes a model: the card, and the inner model in a folder.
  static func write(
    _ rule: CalibrationRule, _ facts: ModelFacts, model: InputArtifact, to folder: String
  ) throws(StageError) {
    try model.copyAll(to: folder + "/" + Self.folder)
    var object: JSONObject = ["kind": .string(ModelKind.calibrated.rawValue)]
    for member in facts.json.members { object[member.name] = member.value }
    for member in rule.json.members { object[member.name] = member.value }
    object["member"] = .string(Self.folder)
    try writeFile(
      Array(JSONPrettyForm.text(of: .object(object)).utf8), folder + "/" + ModelCard.file)
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
    let card: CalibratedCard
    let json = try ModelFacts.json(of: artifact)
    do throws(StageError) { card = try CalibratedCard(json) } catch {
      throw artifact.failure(ModelCard.file, error.reason)
    }
    inner = try ImageModels.member(
      card.member, of: artifact, card.facts, threads: threads, depth: depth)
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
