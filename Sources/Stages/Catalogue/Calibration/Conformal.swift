internal import Neural
internal import PipelineDSL
internal import Statistics

/// Turns predictions into sets of classes that have the true one at a chosen rate.
struct Conformal: StageKind {
  static let name = "conformal"
  static let revision = 1
  static let draws = true
  static let summary =
    "Gives a model prediction sets with a guaranteed coverage, and measures them."
  static let source =
    "Split conformal prediction (Vovk et al. 2005); LAC (Sadinle et al. 2019), APS (Romano et al. "
    + "2020), RAPS (Angelopoulos et al. 2021); conformal risk control (Angelopoulos et al. 2022)"
  static let ports = Ports(
    inputs: CalibrationData.inputs,
    outputs: [
      .init(
        "model", .model,
        "model.json with the thresholds, and the model in a folder; 'assay predict' prints the sets"
      ),
      .init(
        "metrics", .metrics,
        "metrics.json: coverage and size of the sets of test samples; coverage.csv: by class and "
          + "source"),
      .init(
        "sets", .files, side: true,
        "sets.csv: the set of each calibration and test sample at each level; flags.csv: those "
          + "flagged because of 'false-negatives'"),
    ])
  static var libraries: [String: String] { NeuralLibraries.versions }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let data = try CalibrationData(context, parts: [.calibration, .test])
    let rule = try ConformalFit(parameters, data, context).rule()
    let report = ConformalReport(rule, data, confidence: parameters.confidence)
    try ConformalCard.write(rule, data.facts, model: data.model, to: context.output("model"))
    try report.writeSets(to: context.output("sets"))
    let folder = context.output("metrics")
    try writeFile(report.coverageTable.bytes, folder + "/" + ConformalReport.coverageFile)
    let metrics = report.metrics
    try writeFile(MetricsFile.bytes(of: metrics), folder + "/" + MetricsFile.name)
    context.events.record(metrics)
    if data.rows(of: .test).isEmpty {
      context.events.warn("test has no samples: the coverage of the sets is not measured")
    }
    let known = Set(data.rows(of: .calibration).map(\.sample.source))
    let sources = Set(data.rows(of: .test).map(\.sample.source)).subtracting(known).sorted()
    if parameters.by == .source, !sources.isEmpty {
      context.events.warn(
        "no calibration sample of \(sources.map { "'\($0)'" }.joined(separator: ", ")): its sets use "
          + "the largest threshold of all sources, and nothing guarantees their coverage")
    }
  }
}
