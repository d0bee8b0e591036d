internal import Imaging
internal import Neural
internal import PipelineDSL

/// Evaluates a model, or predictions that were made before, on the parts of a split.
struct Evaluate: StageKind {
  static let name = "evaluate"
  static let revision = 4
  static let summary =
    "Reports accuracy, F1, AUC and calibration of predictions per part, with intervals."
  static let source =
    "Definitions as in scikit-learn with zero_division=0; sensitivity is TP/(TP+FN); AUC ranks logits; "
    + "intervals of Wilson 1927, DeLong 1988, and by bootstrap of Efron 1987"
  static let ports = Ports(
    inputs: [
      InputPort("model", .model, .optional, "model to evaluate, with images"),
      InputPort(
        "images", .images, .optional,
        "images that the model predicts; with predictions, only the sources of samples"),
      InputPort(
        "predictions", .predictions, .optional,
        "predictions to evaluate; with them the model is not used"),
      InputPort("split", .split, .one, "part and group of each sample"),
    ],
    outputs: [
      OutputPort(
        "metrics", .metrics,
        "metrics.json; classes.csv, intervals.csv; sources.csv and groups.csv if samples have them; per "
          + "part confusion, calibration, roc, precision-recall and risk-coverage tables"),
      OutputPort(
        "predictions", .predictions,
        "predictions.csv: one row per sample, one probability and one logit per class"),
    ])
  static var libraries: [String: String] { NeuralLibraries.versions }

  let parameters: Parameters

  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let groups = try SplitTable.groups(context.input("split"))
    let split = try SplitTable(context.input("split"))
    if let artifact = context.inputs["predictions"]?.first {
      return try evaluate(PredictionSet(artifact), split, groups, context)
    }
    guard let network = context.inputs["model"]?.first, let set = context.inputs["images"]?.first
    else {
      throw StageError(
        "there is nothing to evaluate: neither 'predictions' nor both 'model' and 'images' are "
          + "connected",
        hint: "let 'needs' name a stage that produces predictions, or a model and the images")
    }
    let images = try ImageSet(set)
    let model = try ImageModels.load(network, threads: context.threads)
    let parts = Part.allCases.map { ($0, split.indices(of: $0, in: images)) }
    try evaluate(
      parts: parts, samples: images.samples.map { Self.grouped($0, groups) },
      classes: model.classes, context: context
    ) { indices in try model.logits(of: indices.map { try images.image($0) }) }
  }

  /// A sample with its group of the split, where the split has one.
  static func grouped(_ sample: Sample, _ groups: [String: String]) -> Sample {
    guard let group = groups[sample.id] else { return sample }
    var sample = sample
    sample.group = group
    return sample
  }

  /// Evaluates any classifier; `predict` returns one logit per class for each sample index.
  ///
  /// Parts that the parameters do not name are left out.
  func evaluate(
    parts: [(Part, [Int])], samples: [Sample], classes: [String], context: StageContext,
    predict: ([Int]) throws -> [[Float]]
  ) throws {
    let classIndex = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    let asked = try asked(of: parts)
    let total = asked.reduce(0) { $0 + $1.1.count }
    var predictions = PredictionSet(classes: classes)
    var tables = EvaluationTables()
    var metrics: [String: Double] = [:]
    var done = 0
    let folder = context.output("metrics")
    for (part, indices) in asked {
      guard !indices.isEmpty else {
        // Few splits have other parts than these.
        if [.train, .validation, .test].contains(part) {
          context.events.warn("\(part.rawValue) has no samples: it has no metrics")
        }
        continue
      }
      let truths = try Self.truths(of: indices, samples, classIndex)
      var logits: [[Float]] = []
      for start in stride(from: 0, to: indices.count, by: 64) {
        let batch = Array(indices[start..<min(start + 64, indices.count)])
        logits += try Self.checked(predict(batch), batch.map { samples[$0].id }, classes)
        done += batch.count
        context.events.progress(StageProgress(done, of: total, "images", remark: part.rawValue))
      }
      for (index, row) in zip(indices, logits) {
        predictions.append(samples[index], part, row)
      }
      let report = ClassificationReport(classes: classes, truths: truths, logits: logits)
      let evaluated = EvaluatedPart(
        part, report, samples: indices.map { samples[$0] }, truths: truths, logits: logits,
        parameters)
      warn(of: evaluated, context)
      let own = try evaluated.write(to: folder, &tables)
      for (name, value) in own { metrics["\(part.rawValue)/\(name)"] = value }
    }
    try tables.write(to: folder)
    try writeFile(MetricsFile.bytes(of: metrics), folder + "/" + MetricsFile.name)
    try predictions.write(to: context.output("predictions"))
    context.events.record(metrics)
  }

  /// The parts that the parameters name; throws if none of them has samples.
  private func asked(of parts: [(Part, [Int])]) throws(StageError) -> [(Part, [Int])] {
    let asked = parts.filter { parameters.parts.contains($0.0) }
    guard asked.allSatisfy(\.1.isEmpty) else { return asked }
    guard asked.count < parts.count else {
      throw StageError("the split has none of the images in any part")
    }
    let names = parameters.parts.map(\.rawValue).joined(separator: ", ")
    throw StageError(
      "the split has none of the images in \(names)", hint: "name other parts in 'parts'")
  }

  /// Warns of what makes the scores of a part hard to read.
  private func warn(of part: EvaluatedPart, _ context: StageContext) {
    let (name, absent) = (part.part.rawValue, part.report.absent)
    if !absent.isEmpty {
      context.events.warn(
        "\(name) has no samples of \(absent.joined(separator: ", ")): "
          + "their sensitivity and F1 count as 0 in the macro means, except in "
          + "macro-f1-present, and they have no AUC")
    }
    guard part.groups.isShared else { return }
    context.events.log(
      "\(name) has several samples per group: intervals by wilson, clopper-pearson and delong take them "
        + "as independent and are too narrow; bca resamples whole groups")
    if part.groups.count < Self.fewGroups, parameters.resamples > 0 {
      context.events.warn(
        "\(name) has samples of \(part.groups.count) groups: intervals by bootstrap are too narrow "
          + "with fewer than \(Self.fewGroups)")
    }
  }

  /// The number of groups below which a bootstrap of groups is not trusted.
  private static let fewGroups = 10

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
