internal import PipelineDSL

/// The models of an ensemble with their predictions, checked to fit each other.
struct EnsembleMembers: Sendable {
  /// One model and its predictions.
  private struct Member {
    /// The stage and cell of the predictions, for messages.
    let name: String
    let predictions: PredictionSet
    let model: InputArtifact
    let facts: ModelFacts
  }

  /// The model artifacts, in order.
  let models: [InputArtifact]
  /// What the models share: classes, size and preparation.
  let facts: ModelFacts
  /// The samples with their parts, by part and then by id.
  let rows: [(sample: Sample, part: Part)]
  /// The logits of each model for each sample: models x samples x classes.
  let logits: [[[Float]]]

  /// Reads the n-th predictions as those of the n-th model.
  ///
  /// Throws an error that names two members if they differ in samples, labels, parts, classes or
  /// images.
  init(_ context: StageContext) throws(StageError) {
    let members = try Self.members(
      context.inputs["predictions"] ?? [], context.inputs["model"] ?? [])
    guard let first = members.first else {
      throw StageError("nothing is connected to the inputs 'predictions' and 'model'")
    }
    for member in members {
      guard member.predictions.classes == member.facts.classes else {
        throw StageError(
          "the predictions of \(member.name) have the classes "
            + "\(member.predictions.classes.joined(separator: ", ")), but their model "
            + "\(Self.name(of: member.model)) has \(member.facts.classes.joined(separator: ", "))",
          hint: Self.orderHint)
      }
      try Self.check(member, like: first)
    }
    let order = first.predictions.rows.indices.sorted {
      let (left, right) = (first.predictions.rows[$0], first.predictions.rows[$1])
      return left.part == right.part
        ? left.id < right.id : Self.rank(left.part) < Self.rank(right.part)
    }
    models = members.map(\.model)
    facts = first.facts
    let samples = first.predictions.samples
    rows = order.map { (samples[$0], first.predictions.rows[$0].part) }
    var logits: [[[Float]]] = []
    for member in members { logits.append(try Self.logits(of: member, like: first, order)) }
    self.logits = logits
  }

  private static let orderHint =
    "name predictions and models in the same order in 'needs': the first predictions are those of "
    + "the first model"

  private static func rank(_ part: Part) -> Int { Part.allCases.firstIndex(of: part) ?? 0 }

  private static func name(of artifact: InputArtifact) -> String {
    let cell = artifact.coordinates.sorted { $0.key < $1.key }
      .map { "\($0.key)=\(Compare.text($0.value))" }
    let place = ([artifact.stage] + cell).filter { !$0.isEmpty }.joined(separator: " ")
    return "'\(place)'"
  }

  private static func members(
    _ predictions: [InputArtifact], _ models: [InputArtifact]
  ) throws(StageError) -> [Member] {
    guard predictions.count == models.count else {
      throw StageError(
        "\(predictions.count) predictions and \(models.count) models are connected, but an ensemble "
          + "takes the predictions of each model",
        hint: "let 'needs' name, for each model, the stage that gives its predictions")
    }
    var members: [Member] = []
    for (index, (given, model)) in zip(predictions, models).enumerated() {
      // A stage that gives both must not be paired with another one.
      let isOther = models.indices.contains { other in
        other != index && isSame(models[other], given) && !isSame(model, given)
      }
      guard !isOther, given.coordinates == model.coordinates else {
        throw StageError(
          "input \(index + 1) pairs the predictions of \(name(of: given)) with the model of "
            + name(of: model), hint: orderHint)
      }
      members.append(
        Member(
          name: name(of: given), predictions: try PredictionSet(given), model: model,
          facts: try ModelFacts(model)))
    }
    return members
  }

  private static func isSame(_ left: InputArtifact, _ right: InputArtifact) -> Bool {
    left.stage == right.stage && left.coordinates == right.coordinates
  }

  private static func check(_ member: Member, like first: Member) throws(StageError) {
    let (facts, wanted) = (member.facts, first.facts)
    guard facts.classes == wanted.classes else {
      throw StageError(
        "\(member.name) has the classes \(facts.classes.joined(separator: ", ")), but \(first.name) "
          + "has \(wanted.classes.joined(separator: ", "))",
        hint: "combine models that were trained on the same labels")
    }
    guard facts.size == wanted.size else {
      throw StageError(
        "\(member.name) takes images of \(facts.size) pixels, but \(first.name) of \(wanted.size)",
        hint: "train both on the images of one 'crop-normalise'")
    }
    guard facts.preparation?.json == wanted.preparation?.json else {
      throw StageError(
        "\(member.name) and \(first.name) were trained on images that were prepared differently",
        hint: "train both on the images of one 'crop-normalise'")
    }
  }

  /// The logits of a member in the order of the first one's rows.
  private static func logits(
    of member: Member, like first: Member, _ order: [Int]
  ) throws(StageError) -> [[Float]] {
    let rows = Dictionary(member.predictions.rows.map { ($0.id, $0) }) { $1 }
    let wanted = first.predictions.rows
    let ids = Set(wanted.map(\.id))
    if let extra = member.predictions.rows.first(where: { !ids.contains($0.id) }) {
      throw missing(extra.id, from: first, in: member)
    }
    var logits: [[Float]] = []
    logits.reserveCapacity(order.count)
    for index in order {
      let row = wanted[index]
      guard let own = rows[row.id] else { throw missing(row.id, from: member, in: first) }
      guard own.part == row.part, own.label == row.label else {
        throw StageError(
          "sample \(row.id) is '\(own.label)' of the \(own.part.rawValue) set in \(member.name), but "
            + "'\(row.label)' of the \(row.part.rawValue) set in \(first.name)",
          hint: "combine models with the same labels and the same split")
      }
      logits.append(own.logits)
    }
    return logits
  }

  private static func missing(
    _ id: String, from member: Member, in other: Member
  ) -> StageError {
    StageError(
      "\(member.name) has no prediction for sample \(id), which \(other.name) has",
      hint: "combine models that predict the same samples")
  }
}
