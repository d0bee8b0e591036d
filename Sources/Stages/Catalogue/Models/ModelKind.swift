internal import PipelineDSL

/// What a model artifact contains: the member `kind` of its `model.json`.
enum ModelKind: String, CaseIterable, Sendable {
  /// A single network; also the kind of a file without the member.
  case network
  /// A classifier over features of one or more networks.
  case features
  /// Several models whose results are combined.
  case ensemble
  /// A model with calibrated probabilities.
  case calibrated
  /// A model with the thresholds of prediction sets.
  case conformal

  /// The kind that a `model.json` states; throws a reason if it is unknown.
  init(_ json: JSONValue) throws(StageError) {
    guard let member = json["kind"] else {
      self = .network
      return
    }
    guard let kind = member.text.flatMap(Self.init(rawValue:)) else {
      let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw StageError("its kind is \(member.found); the kinds of models are \(known)")
    }
    self = kind
  }

  /// The kind of a model artifact.
  ///
  /// Throws if its `model.json` is missing or damaged, or states an unknown kind.
  init(_ artifact: InputArtifact) throws(StageError) {
    let bytes = try artifact.bytes(ModelCard.file)
    do {
      try self.init(JSONParser.parse(bytes))
    } catch {
      throw artifact.failure(ModelCard.file, "\(error)")
    }
  }
}
