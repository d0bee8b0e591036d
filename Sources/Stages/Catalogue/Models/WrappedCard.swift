internal import PipelineDSL

/// What a model adds to the model inside it.
protocol WrappingRule: Sendable {
  /// The kind of the model.
  static var kind: ModelKind { get }
  /// The members that `model.json` states of it.
  var json: JSONObject { get }
  /// Reads the members; throws a reason if they are incomplete or inconsistent.
  init(_ json: JSONValue, classes: [String]) throws(StageError)
}

/// `model.json` of a model that wraps another one, which lies in a folder of its artifact.
struct WrappedCard<Rule: WrappingRule>: Sendable {
  /// Classes, size and preparation, which the inner model shares.
  let facts: ModelFacts
  /// What the model adds.
  let rule: Rule
  /// The folder of the inner model.
  private let member: String

  /// Reads the card of a model; throws if it is incomplete or inconsistent.
  init(_ json: JSONValue) throws(StageError) {
    facts = try ModelFacts(json)
    rule = try Rule(json, classes: facts.classes)
    member = try ModelFolder.name(json["member"], "member")
  }

  /// The card of a model artifact.
  init(_ artifact: InputArtifact) throws(StageError) {
    let json = try ModelFacts.json(of: artifact)
    do throws(StageError) { try self.init(json) } catch {
      throw artifact.failure(ModelCard.file, error.reason)
    }
  }

  /// The inner model, which uses up to `threads` threads; the whole lies in `depth` - 1 others.
  func inner(
    of artifact: InputArtifact, threads: Int, depth: Int
  ) throws(StageError) -> any ImageModel {
    try ImageModels.member(member, of: artifact, facts, threads: threads, depth: depth)
  }

  /// Writes a model: the card, and the inner model in a folder.
  static func write(
    _ rule: Rule, _ facts: ModelFacts, model: InputArtifact, to folder: String
  ) throws(StageError) {
    let member = "model"
    try model.copyAll(to: folder + "/" + member)
    var object: JSONObject = ["kind": .string(Rule.kind.rawValue)]
    for member in facts.json.members { object[member.name] = member.value }
    for member in rule.json.members { object[member.name] = member.value }
    object["member"] = .string(member)
    try writeFile(
      Array(JSONPrettyForm.text(of: .object(object)).utf8), folder + "/" + ModelCard.file)
  }
}
