internal import Classifiers
internal import Neural
internal import PipelineDSL

/// Combines the predictions of several models, and the models themselves.
struct Ensemble: StageKind {
  struct Parameters: StageParameters {
    var rule = EnsembleRule.Name.mean
    var weights: [Double] = []
    var stackMethod = ClassifierMethod.logistic

    static let fields: [ParameterField<Self>] = [
      .init(
        "rule", \.rule,
        "mean (of probabilities), vote (share of models that predict a class) or stack (a "
          + "classifier over the logits of all models, fitted on the validation set)"),
      .init(
        "weights", \.weights, in: 0...1e6,
        "mean and vote: weight of each model, in the order of 'needs' and then of coordinates; empty "
          + "for equal weights"),
      .init(
        "stack-method", \.stackMethod,
        "stack: method of the classifier, with the defaults of 'classify' and no early stopping"),
    ]

    func conflicts() -> [String] {
      var conflicts: [String] = []
      if rule == .stack, !weights.isEmpty {
        conflicts.append("'weights' are for mean and vote, and 'rule' is stack")
      }
      if rule != .stack, stackMethod != Self().stackMethod {
        conflicts.append("'stack-method' is for stack, and 'rule' is \(rule.rawValue)")
      }
      if !weights.isEmpty, !EnsembleRule.isValid(weights) {
        conflicts.append("'weights' are all 0: no model would count")
      }
      return conflicts
    }
  }

  static let name = "ensemble"
  static let revision = 1
  static let draws = true
  static let summary = "Combines the predictions of several models by mean, vote or stacking."
  static let source =
    "Hansen and Salamon 1990 (votes and means of networks); Wolpert 1992 (stacked generalisation), "
    + "here with a validation set instead of cross-validation"
  static let ports = Ports(
    inputs: [
      .init(
        "predictions", .predictions, .many,
        "predictions of each model for the same samples, in the order of the models"),
      .init(
        "model", .model, .many,
        "models to combine, in the order of 'needs' and then of the gathered coordinates"),
    ],
    outputs: [
      .init("model", .model, "model.json, and a folder with each model"),
      .init(
        "predictions", .predictions,
        "predictions.csv: one row per sample, one probability and one logit per class"),
    ])
  static var libraries: [String: String] {
    NeuralLibraries.versions.merging(Classifiers.versions) { neural, _ in neural }
  }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let members = try EnsembleMembers(context)
    let rule = try rule(of: members, context)
    let rows = try Evaluate.checked(
      rule.logits(members.logits), members.rows.map(\.sample.id), members.facts.classes)
    var predictions = PredictionSet(classes: members.facts.classes)
    for ((sample, part), logits) in zip(members.rows, rows) {
      predictions.append(sample, part, logits)
    }
    try predictions.write(to: context.output("predictions"))
    try EnsembleCard.write(
      rule, members.facts, models: members.models, to: context.output("model"))
  }

  private func rule(
    of members: EnsembleMembers, _ context: StageContext
  ) throws(StageError) -> EnsembleRule {
    let count = members.models.count
    guard parameters.weights.isEmpty || parameters.weights.count == count else {
      throw StageError(
        "'weights' has \(parameters.weights.count) numbers for \(count) models",
        hint: "give one weight per model, or none")
    }
    let weights =
      parameters.weights.isEmpty ? [Double](repeating: 1, count: count) : parameters.weights
    guard parameters.rule == .stack else { return EnsembleRule(parameters.rule, weights: weights) }
    return EnsembleRule(.stack, weights: weights, stack: try stack(on: members, context))
  }

  /// A classifier over the logits of all models, fitted on the validation set.
  ///
  /// The models were fitted on the training set, where their logits are too good, and the test set
  /// is for the final scores only.
  private func stack(
    on members: EnsembleMembers, _ context: StageContext
  ) throws(StageError) -> FittedClassifier {
    let classes = members.facts.classes
    let chosen = members.rows.indices.filter { members.rows[$0].part == .validation }
    var labels: [Int] = []
    for index in chosen {
      let sample = members.rows[index].sample
      guard let label = classes.firstIndex(of: sample.label) else {
        throw StageError(
          "sample \(sample.id) is labelled '\(sample.label)', which the models do not know; their "
            + "classes are \(classes.joined(separator: ", "))")
      }
      labels.append(label)
    }
    let unseen = classes.indices.filter { !labels.contains($0) }.map { "'\(classes[$0])'" }
    guard unseen.isEmpty else {
      throw StageError(
        "no validation sample of \(unseen.joined(separator: ", ")): a stack is fitted on the "
          + "validation set",
        hint: "give the validation set a larger fraction, or choose the rule 'mean'")
    }
    var settings = ClassifierSettings()
    settings.method = parameters.stackMethod
    settings.patience = nil
    var draws = context.draws(Self.name, sample: "", purpose: "stack")
    return try FittedClassifier.fit(
      settings,
      .init(standardise: Classify.Scale.automatic.isStandard(for: settings.method)),
      train: FeatureTable(
        rows: chosen.flatMap { index in members.logits.flatMap { $0[index] } }, labels: labels,
        width: members.models.count * classes.count),
      validation: nil, classes: classes.count, seed: draws.next()
    ) { done, total in
      context.events.progress(StageProgress(done, of: total, "rounds", remark: "fitting"))
    }
  }
}
