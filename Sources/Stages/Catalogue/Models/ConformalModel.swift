internal import Imaging
internal import PipelineDSL

/// `model.json` of a conformal model.
struct ConformalCard: Sendable {
  /// The folder of the model whose predictions become sets.
  static let folder = "model"

  /// Classes, size and preparation, which the inner model shares.
  let facts: ModelFacts
  /// The thresholds of the sets.
  let rule: ConformalRule
  /// The folder of the inner model.
  let member: String

  /// Reads the card of a model; throws if it is incomplete or inconsistent.
  init(_ json: JSONValue) throws(StageError) {
    facts = try ModelFacts(json)
    rule = try ConformalRule(json, classes: facts.classes)
    member = try ModelFolder.name(json["member"], "member")
  }

  /// Writes a model: the card, and the inner model in a folder.
  static func write(
    _ rule: ConformalRule, _ facts: ModelFacts, model: InputArtifact, to folder: String
  ) throws(StageError) {
    try model.copyAll(to: folder + "/" + Self.folder)
    var object: JSONObject = ["kind": .string(ModelKind.conformal.rawValue)]
    for member in facts.json.members { object[member.name] = member.value }
    for member in rule.json.members { object[member.name] = member.value }
    object["member"] = .string(Self.folder)
    try writeFile(
      Array(JSONPrettyForm.text(of: .object(object)).utf8), folder + "/" + ModelCard.file)
  }
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
    let card: ConformalCard
    let json = try ModelFacts.json(of: artifact)
    do throws(StageError) { card = try ConformalCard(json) } catch {
      throw artifact.failure(ModelCard.file, error.reason)
    }
    inner = try ImageModels.member(
      card.member, of: artifact, card.facts, threads: threads, depth: depth)
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
