internal import Neural
internal import PipelineDSL

/// The predictions of a model that `calibrate` and `conformal` are fitted and measured on.
struct CalibrationData: Sendable {
  /// The prediction for one sample.
  struct Row: Sendable {
    /// The sample; its source is empty if no images are connected.
    let sample: Sample
    let part: Part
    /// The index of its label among the model's classes.
    let label: Int
    /// One finite logit per class.
    let logits: [Float]
  }

  /// The ports of both kinds.
  static let inputs: [InputPort] = [
    .init("model", .model, .one, "model whose predictions are used"),
    .init(
      "images", .images, .optional,
      "images that the model predicts; beside predictions, only their sources are read"),
    .init(
      "predictions", .predictions, .optional,
      "predictions of the model; with them, it computes nothing"),
    .init("split", .split, .one, "part of each sample"),
  ]

  /// The model.
  let model: InputArtifact
  /// Its classes, size and preparation.
  let facts: ModelFacts
  /// The predictions, by part and then by id.
  let rows: [Row]

  /// Reads or computes the predictions for the samples of some parts.
  ///
  /// Throws if neither images nor predictions are connected, if predictions have other classes or
  /// parts, or if a label is unknown to the model.
  init(_ context: StageContext, parts: [Part]) throws {
    model = try context.input("model")
    facts = try ModelFacts(model)
    let split = try SplitTable(try context.input("split"))
    if let given = context.inputs["predictions"]?.first {
      rows = try Self.read(given, facts, split, parts, context)
    } else if let images = context.inputs["images"]?.first {
      rows = try Self.predicted(images, model, facts, split, parts, context)
    } else {
      throw StageError(
        "there is nothing to fit on: neither 'predictions' nor 'images' are connected",
        hint: "let 'needs' name the images, or a stage that gives the model's predictions")
    }
    guard !rows.isEmpty else {
      let names = parts.map(\.rawValue).joined(separator: ", ")
      throw StageError(
        "no sample is in any of the parts \(names)",
        hint: "check that 'split' divides these samples")
    }
  }

  /// The rows of a part, by id.
  func rows(of part: Part) -> [Row] { rows.filter { $0.part == part } }

  /// The names of the classes that no row of a list has.
  func absent(in rows: [Row]) -> [String] {
    let seen = Set(rows.map(\.label))
    return facts.classes.indices.filter { !seen.contains($0) }.map { facts.classes[$0] }
  }

  // MARK: Reading

  private static func read(
    _ artifact: InputArtifact, _ facts: ModelFacts, _ split: SplitTable, _ parts: [Part],
    _ context: StageContext
  ) throws(StageError) -> [Row] {
    let set = try PredictionSet(artifact)
    guard set.classes == facts.classes else {
      throw StageError(
        "the predictions have the classes \(set.classes.joined(separator: ", ")), but the model has "
          + facts.classes.joined(separator: ", "),
        hint: "connect the predictions of this model")
    }
    var known: [String: Sample] = [:]
    if let images = context.inputs["images"]?.first {
      for sample in try SampleTable(images).samples { known[sample.id] = sample }
    }
    let predicted = Set(set.rows.map(\.id))
    let missing = split.parts.count { parts.contains($0.value) && !predicted.contains($0.key) }
    if missing > 0 {
      context.events.warn("\(missing) samples of the split have no prediction: not counted")
    }
    let samples = set.samples
    var rows: [Row] = []
    for (part, indices) in try set.parts(by: split) where parts.contains(part) {
      for index in indices {
        var sample = samples[index]
        sample.source = known[sample.id]?.source ?? ""
        rows.append(
          Row(
            sample: sample, part: part, label: try label(of: sample, facts),
            logits: set.rows[index].logits))
      }
    }
    return rows
  }

  private static func predicted(
    _ artifact: InputArtifact, _ model: InputArtifact, _ facts: ModelFacts, _ split: SplitTable,
    _ parts: [Part], _ context: StageContext
  ) throws -> [Row] {
    let images = try ImageSet(artifact)
    let loaded = try ImageModels.load(model, threads: context.threads)
    let chosen = parts.flatMap { part in
      split.indices(of: part, in: images).map { (part: part, index: $0) }
    }
    var rows: [Row] = []
    for start in stride(from: 0, to: chosen.count, by: 64) {
      let batch = Array(chosen[start..<min(start + 64, chosen.count)])
      let samples = batch.map { images.samples[$0.index] }
      let logits = try Evaluate.checked(
        loaded.logits(of: batch.map { try images.image($0.index) }), samples.map(\.id),
        facts.classes)
      for (place, sample) in samples.enumerated() {
        rows.append(
          Row(
            sample: sample, part: batch[place].part, label: try label(of: sample, facts),
            logits: logits[place]))
      }
      context.events.progress(
        StageProgress(rows.count, of: chosen.count, "images", remark: "predicting"))
    }
    return rows
  }

  private static func label(
    of sample: Sample, _ facts: ModelFacts
  ) throws(StageError) -> Int {
    guard let label = facts.classes.firstIndex(of: sample.label) else {
      throw StageError(
        "sample \(sample.id) is labelled '\(sample.label)', which the model does not know; its "
          + "classes are \(facts.classes.joined(separator: ", "))",
        hint: "use images of the label scheme that the model was trained on")
    }
    return label
  }
}

extension InputArtifact {
  /// Copies all files of the artifact below a folder.
  func copyAll(to folder: String) throws(StageError) {
    try copy(files.keys.sorted().map { ($0, $0) }, to: folder)
  }
}
