internal import Neural
internal import PipelineDSL
internal import Statistics

/// Makes the probabilities of a model as sure as they are right.
struct Calibrate: StageKind {
  struct Parameters: StageParameters {
    var method = CalibrationRule.Method.temperature
    var bins = 15

    static let fields: [ParameterField<Self>] = [
      .init(
        "method", \.method,
        "temperature (one divisor of all logits), vector (a factor and an offset per class) or "
          + "isotonic (a step function per class, for large validation sets)"),
      .init(
        "bins", \.bins, in: 2...1000,
        "number of bins of equal width for the expected calibration error"),
    ]
  }

  static let name = "calibrate"
  static let revision = 1
  static let summary = "Calibrates the probabilities of a model on the validation set."
  static let source =
    "Guo et al. 2017 (temperature and vector scaling); Zadrozny and Elkan 2002 (isotonic, one-vs-rest "
    + "as in scikit-learn); Naeini et al. 2015 (expected calibration error)"
  static let ports = Ports(
    inputs: CalibrationData.inputs,
    outputs: [
      .init("model", .model, "model.json with the calibration, and the model in a folder"),
      .init(
        "predictions", .predictions,
        "predictions.csv: one row per sample; logits are logarithms of calibrated probabilities"),
      .init(
        "metrics", .metrics,
        "metrics.json: negative log-likelihood and calibration error before and after, by part"),
      .init(
        "table", .files, side: true,
        "reliability.csv: confidence and accuracy by bin, before and after"),
    ])
  static var libraries: [String: String] { NeuralLibraries.versions }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let data = try CalibrationData(context, parts: Part.allCases)
    if try ModelKind(data.model) == .conformal {
      context.events.warn(
        "the model has prediction sets, which the calibrated one does not have: let 'calibrate' come "
          + "first, and 'conformal' after it")
    }
    let rule = try fit(data, context)
    let rows = try Evaluate.checked(
      data.rows.map { rule.logits($0.logits) }, data.rows.map(\.sample.id), data.facts.classes)
    var predictions = PredictionSet(classes: data.facts.classes)
    for (row, logits) in zip(data.rows, rows) { predictions.append(row.sample, row.part, logits) }
    try predictions.write(to: context.output("predictions"))
    try CalibratedCard.write(rule, data.facts, model: data.model, to: context.output("model"))
    try report(data, rows, rule, context)
  }

  private func fit(
    _ data: CalibrationData, _ context: StageContext
  ) throws(StageError) -> CalibrationRule {
    let validation = data.rows(of: .validation)
    guard !validation.isEmpty else {
      throw StageError(
        "the validation set is empty: a calibration is fitted on it",
        hint: "give the validation set a larger fraction")
    }
    let absent = data.absent(in: validation).map { "'\($0)'" }.joined(separator: ", ")
    if !absent.isEmpty {
      guard parameters.method == .temperature else {
        throw StageError(
          "no validation sample of \(absent): \(parameters.method.rawValue) fits every class",
          hint: "give the validation set a larger fraction, or choose the method 'temperature'")
      }
      context.events.warn("no validation sample of \(absent): the temperature ignores that class")
    }
    let rule = CalibrationRule(
      fitting: parameters.method, logits: validation.map(\.logits), labels: validation.map(\.label),
      classes: data.facts.classes.count)
    if case .temperature(let scaling) = rule, scaling.isAtLimit {
      context.events.warn(
        "the temperature is at its limit of \(scaling.temperature): "
          + (scaling.temperature < 1
            ? "every validation sample is classified right, so any larger confidence fits better"
            : "the logits say nothing of the validation labels"))
    }
    return rule
  }

  /// Writes the numbers before and after, for each part that has samples.
  private func report(
    _ data: CalibrationData, _ calibrated: [[Float]], _ rule: CalibrationRule,
    _ context: StageContext
  ) throws(StageError) {
    var metrics: [String: Double] = [:]
    if case .temperature(let scaling) = rule { metrics["temperature"] = scaling.temperature }
    var table = CSVTable(columns: ReliabilityBins.columns)
    for part in Part.allCases {
      let places = data.rows.indices.filter { data.rows[$0].part == part }
      guard !places.isEmpty else { continue }
      let labels = places.map { data.rows[$0].label }
      for (state, logits) in [
        ("before", places.map { data.rows[$0].logits }), ("after", places.map { calibrated[$0] }),
      ] {
        let bins = ReliabilityBins(logits: logits, labels: labels, bins: parameters.bins)
        let report = ClassificationReport(
          classes: data.facts.classes, truths: labels, logits: logits)
        let prefix = "\(state)/\(part.rawValue)"
        metrics["\(prefix)/nll"] = ComparisonTable.rounded(report.loss)
        metrics["\(prefix)/ece"] = ComparisonTable.rounded(bins.expectedError)
        metrics["\(prefix)/accuracy"] = report.accuracy
        metrics["\(prefix)/samples"] = Double(labels.count)
        for row in bins.rows { table.append([part.rawValue, state] + row) }
      }
    }
    try writeFile(table.bytes, context.output("table") + "/" + ReliabilityBins.file)
    try writeFile(
      MetricsFile.bytes(of: metrics), context.output("metrics") + "/" + MetricsFile.name)
    context.events.record(metrics)
  }
}
