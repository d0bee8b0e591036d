internal import PipelineDSL

/// `model.json` of an ensemble.
struct EnsembleCard: Sendable {
  /// The largest number of models in an ensemble that is read.
  static let mostMembers = 1000
  /// The folder of the classifier over the logits of all models.
  static let stackFolder = "stack"

  /// Classes, size and preparation, which all models share.
  let facts: ModelFacts
  /// How logits are combined.
  let rule: EnsembleRule.Name
  /// The weight of each model.
  let weights: [Double]
  /// The folder of each model, in order.
  let members: [String]
  /// The classifier over the logits of all models; only with the rule `stack`.
  let stack: ClassifierCard?

  /// Reads the card of a model; throws if it is incomplete or inconsistent.
  init(_ json: JSONValue) throws(StageError) {
    facts = try ModelFacts(json)
    guard let rule = json["rule"]?.text.flatMap(EnsembleRule.Name.init(rawValue:)) else {
      throw StageError(
        "'rule' must be one of "
          + EnsembleRule.Name.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self.rule = rule
    guard let folders = json["members"]?.elements, (1...Self.mostMembers).contains(folders.count)
    else { throw StageError("'members' is not a list of 1 to \(Self.mostMembers) folders") }
    var members: [String] = []
    for folder in folders { members.append(try ModelFolder.name(folder, "members")) }
    guard Set(members).count == members.count else {
      throw StageError("'members' names one folder twice")
    }
    self.members = members
    let weights = json["weights"]?.elements?.compactMap(\.real) ?? []
    guard weights.count == members.count, EnsembleRule.isValid(weights) else {
      throw StageError("'weights' is not one number per member with a positive sum")
    }
    self.weights = weights
    stack = rule == .stack ? try ClassifierCard(json["stack"], "stack") : nil
  }

  /// Writes a model: the card, each of its models in a folder, and the stack.
  static func write(
    _ rule: EnsembleRule, _ facts: ModelFacts, models: [InputArtifact], to folder: String
  ) throws(StageError) {
    let members = models.indices.map { "members/\($0 + 1)" }
    for (model, member) in zip(models, members) {
      try model.copy(
        model.files.keys.sorted().map { ($0, $0) }, to: folder + "/" + member)
    }
    var object: JSONObject = ["kind": .string(ModelKind.ensemble.rawValue)]
    for member in facts.json.members { object[member.name] = member.value }
    object["rule"] = rule.name.json
    object["weights"] = rule.weights.json
    object["members"] = members.json
    if let stack = rule.stack {
      try stack.write(to: folder + "/" + stackFolder)
      object["stack"] = stack.json(folder: stackFolder)
    }
    try writeFile(
      Array(JSONPrettyForm.text(of: .object(object)).utf8), folder + "/" + ModelCard.file)
  }
}
