internal import Classifiers
internal import Neural
internal import PipelineDSL

/// Fits a classifier on features of the training set.
struct Classify: StageKind {
  static let name = "classify"
  static let revision = 1
  static let draws = true
  static let summary =
    "Fits boosted trees, a random forest, an SVM, a regression or neighbours on features."
  static let source =
    "Chen and Guestrin 2016 (XGBoost), as in paper B; Breiman 2001 (random forest); Cortes and "
    + "Vapnik 1995 (SVM); Cover and Hart 1967 (nearest neighbours)"
  static let ports = Ports(
    inputs: [
      .init("features", .features, .one, "features to fit on and to predict"),
      .init(
        "split", .split, .one,
        "training set to fit on, and validation set for xgboost's early stopping"),
    ],
    outputs: [
      .init(
        "model", .model,
        "model.json, the classifier, and the networks that compute its features from images"),
      .init(
        "predictions", .predictions,
        "predictions.csv: one row per sample, one probability and one logit per class"),
      .init(
        "history", .metrics, side: true,
        "metrics.json: the numbers of training samples, features and inputs of the classifier"),
    ])
  static var libraries: [String: String] {
    NeuralLibraries.versions.merging(Classifiers.versions) { neural, _ in neural }
  }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let data = try ClassifyData(context)
    let classifier = try fit(data, context)
    try predictions(of: classifier, data, context).write(to: context.output("predictions"))
    try write(classifier, data, context)
    let metrics = [
      "classes": Double(data.classes.count), "features": Double(data.features.width),
      "inputs": Double(classifier.transform?.outputWidth ?? data.features.width),
      "train/samples": Double(data.indices(of: .train).count),
    ]
    try writeFile(
      MetricsFile.bytes(of: metrics), context.output("history") + "/" + MetricsFile.name)
    context.events.record(metrics)
  }

  private func fit(
    _ data: ClassifyData, _ context: StageContext
  ) throws(StageError) -> FittedClassifier {
    let stops = parameters.settings.method == .xgboost && parameters.settings.patience != nil
    guard !stops || !data.indices(of: .validation).isEmpty else {
      throw StageError(
        "the validation set is empty, and 'patience' needs it to stop boosting",
        hint: "give the validation set a fraction, or set 'patience' to null")
    }
    var draws = context.draws(Self.name, sample: "", purpose: "fit")
    return try FittedClassifier.fit(
      parameters.settings, parameters.preparation, train: try data.table(.train),
      validation: stops ? try data.table(.validation) : nil, classes: data.classes.count,
      seed: draws.next()
    ) { done, total in
      context.events.progress(StageProgress(done, of: total, "rounds", remark: "fitting"))
    }
  }

  private func predictions(
    of classifier: FittedClassifier, _ data: ClassifyData, _ context: StageContext
  ) throws(StageError) -> PredictionSet {
    var predictions = PredictionSet(classes: data.classes)
    let samples = data.features.samples
    for (part, indices) in data.parts {
      for start in stride(from: 0, to: indices.count, by: 64) {
        let batch = Array(indices[start..<min(start + 64, indices.count)])
        let rows = try Evaluate.checked(
          classifier.logits(try data.features.rows(batch)), batch.map { samples[$0].id },
          data.classes)
        for (index, row) in zip(batch, rows) { predictions.append(samples[index], part, row) }
      }
    }
    return predictions
  }

  /// Writes the model with everything that it needs to predict an image.
  private func write(
    _ classifier: FittedClassifier, _ data: ClassifyData, _ context: StageContext
  ) throws {
    let artifact = try context.input("features")
    let recipe = data.features.recipe
    let folder = context.output("model")
    try recipe.copyFiles(from: artifact, to: folder)
    try classifier.write(to: folder + "/" + FeatureModelCard.classifierFolder)
    // All networks take the same images.
    let network = try ModelCard(artifact.folder(recipe.parts[0].folder), mayLackHead: true)
    let facts = ModelFacts(
      classes: data.classes, size: network.size, preparation: network.preparation)
    let card = FeatureModelCard.json(facts, recipe, classifier)
    try writeFile(Array(JSONPrettyForm.text(of: card).utf8), folder + "/" + ModelCard.file)
  }
}
