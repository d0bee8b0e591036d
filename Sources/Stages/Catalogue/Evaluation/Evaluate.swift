internal import Imaging
internal import Neural
internal import PipelineDSL

/// Evaluates a model, or predictions that were made before, on the parts of a split.
struct Evaluate: StageKind {
  static let name = "evaluate"
  static let revision = 3
  static let summary =
    "Reports accuracy, loss, F1, sensitivity, specificity and AUC of predictions per part."
  static let source =
    "Definitions as in scikit-learn with zero_division=0; sensitivity is TP/(TP+FN); AUC ranks logits"
  static let ports = Ports(
    inputs: [
      InputPort("model", .model, .optional, "model to evaluate, with images"),
      InputPort("images", .images, .optional, "images that the model predicts"),
      InputPort(
        "predictions", .predictions, .optional,
        "predictions to evaluate; with them neither model nor images are used"),
      InputPort("split", .split, .one, "part of each sample"),
    ],
    outputs: [
      OutputPort(
        "metrics", .metrics, "metrics.json, classes.csv, and confusion_<part>.csv per part"),
      OutputPort(
        "predictions", .predictions,
        "predictions.csv: one row per sample, one probability and one logit per class"),
    ])
  static var libraries: [String: String] { NeuralLibraries.versions }

  init(_ parameters: NoParameters) {}

  func run(_ context: StageContext) throws {
    if let artifact = context.inputs["predictions"]?.first {
      return try evaluate(PredictionSet(artifact), SplitTable(context.input("split")), context)
    }
    guard let network = context.inputs["model"]?.first, let set = context.inputs["images"]?.first
    else {
      throw StageError(
        "there is nothing to evaluate: neither 'predictions' nor both 'model' and 'images' are "
          + "connected",
        hint: "let 'needs' name a stage that produces predictions, or a model and the images")
    }
    let images = try ImageSet(set)
    let split = try SplitTable(context.input("split"))
    let model = try ImageModels.load(network, threads: context.threads)
    let parts = Part.allCases.map { ($0, split.indices(of: $0, in: images)) }
    try Self.evaluate(
      parts: parts, samples: images.samples, classes: model.classes, context: context
    ) { indices in try model.logits(of: indices.map(images.image)) }
  }

  /// Evaluates given predictions, by the parts of a split; no model computes anything.
  private func evaluate(
    _ predictions: PredictionSet, _ split: SplitTable, _ context: StageContext
  ) throws {
    let parts = try predictions.parts(by: split)
    let known = Set(predictions.rows.map(\.id))
    let missing = split.parts.keys.count { !known.contains($0) }
    if missing > 0 {
      context.events.warn(
        "\(missing) of \(split.parts.count) samples of the split have no prediction: not counted")
    }
    let others = predictions.rows.count - parts.reduce(0) { $0 + $1.1.count }
    if others > 0 {
      context.events.warn(
        "\(others) of \(predictions.rows.count) predictions are of samples that the split does not "
          + "have: not counted")
    }
    try Self.evaluate(
      parts: parts, samples: predictions.samples, classes: predictions.classes, context: context
    ) { indices in indices.map { predictions.rows[$0].logits } }
  }

  /// Evaluates any classifier; `predict` returns one logit per class for each sample index.
  static func evaluate(
    parts: [(Part, [Int])], samples: [Sample], classes: [String], context: StageContext,
    predict: ([Int]) throws -> [[Float]]
  ) throws {
    let classIndex = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    let total = parts.reduce(0) { $0 + $1.1.count }
    guard total > 0 else { throw StageError("the split has none of the images in any part") }
    var predictions = PredictionSet(classes: classes)
    var classTable = CSVTable(columns: ClassesFormat.columns)
    var metrics: [String: Double] = [:]
    var done = 0
    let folder = context.output("metrics")
    for (part, indices) in parts {
      guard !indices.isEmpty else {
        if part != .calibration {
          context.events.warn("\(part.rawValue) has no samples: it has no metrics")
        }
        continue
      }
      let truths = try truths(of: indices, samples, classIndex)
      var logits: [[Float]] = []
      for start in stride(from: 0, to: indices.count, by: 64) {
        let batch = Array(indices[start..<min(start + 64, indices.count)])
        logits += try checked(predict(batch), batch.map { samples[$0].id }, classes)
        done += batch.count
        context.events.progress(StageProgress(done, of: total, "images", remark: part.rawValue))
      }
      for (index, row) in zip(indices, logits) {
        predictions.append(samples[index], part, row)
      }
      let report = ClassificationReport(
        classes: classes, truths: truths, logits: logits)
      if !report.absent.isEmpty {
        context.events.warn(
          "\(part.rawValue) has no samples of \(report.absent.joined(separator: ", ")): "
            + "their sensitivity and F1 count as 0 in the macro means, except in "
            + "macro-f1-present, and they have no AUC")
      }
      for (name, value) in report.metrics { metrics["\(part.rawValue)/\(name)"] = value }
      for row in report.rows(of: part) { classTable.append(row) }
      try writeFile(report.confusionTable.bytes, folder + "/" + ConfusionFormat.file(of: part))
    }
    try writeFile(classTable.bytes, folder + "/" + ClassesFormat.file)
    try writeFile(MetricsFile.bytes(of: metrics), folder + "/" + MetricsFile.name)
    try predictions.write(to: context.output("predictions"))
    context.events.record(metrics)
  }

  private static func truths(
    of indices: [Int], _ samples: [Sample], _ classIndex: [String: Int]
  ) throws(StageError) -> [Int] {
    var truths: [Int] = []
    for index in indices {
      guard let truth = classIndex[samples[index].label] else {
        throw StageError(
          "sample \(samples[index].id) is labelled '\(samples[index].label)', which the model does "
            + "not know; its classes are \(classIndex.keys.sorted().joined(separator: ", "))",
          hint: "train and evaluate on images of the same label scheme")
      }
      truths.append(truth)
    }
    return truths
  }

  /// Returns the rows; throws unless each sample has one row with a finite number per class.
  static func checked(
    _ rows: [[Float]], _ ids: [String], _ classes: [String]
  ) throws(StageError) -> [[Float]] {
    guard rows.count == ids.count, rows.allSatisfy({ $0.count == classes.count }) else {
      throw StageError("the model does not give one number per class for each image")
    }
    if let bad = rows.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) {
      throw StageError(
        "the model returns non-finite numbers for sample \(ids[bad])",
        hint: "its weights may have diverged: train again with a lower learning rate")
    }
    return rows
  }
}

extension ClassificationReport {
  /// `confusion_<part>.csv`: true classes down, predicted classes across.
  var confusionTable: CSVTable {
    CSVTable(
      columns: [ConfusionFormat.trueColumn] + classes,
      rows: classes.enumerated().map { [$1] + confusion[$0].map(String.init) })
  }

  /// The rows of `classes.csv` for a part.
  func rows(of part: Part) -> [[String]] {
    zip(classes, scores).map { name, score in
      [part.rawValue, name, String(score.support)]
        + [score.precision, score.sensitivity, score.specificity, score.f1].map { decimal($0, 6) }
        + [score.area.map { decimal($0, 6) } ?? ""]
    }
  }
}
