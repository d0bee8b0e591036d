internal import PipelineDSL

/// Compares the metrics of several cells or stages.
struct Compare: StageKind {
  static let name = "compare"
  static let revision = 4
  static let summary =
    "Compares metrics of several cells: statistics over repeats, tests, ranks, and the best cell."
  static let source =
    "Intervals and paired tests by Student's t; Nadeau and Bengio 2003; Wilcoxon 1945; McNemar 1947; ranks as in "
    + "Demsar 2006; Bayesian signed ranks: Benavoli et al. 2017; pooled AUC is biased: Airola et al. 2011, Forman "
    + "and Scholz 2010"
  static let ports = Ports(
    inputs: [
      InputPort("metrics", .metrics, .many, "metrics of each cell or stage"),
      InputPort(
        "predictions", .predictions, .many,
        "only with pool or pairs: predictions of each cell, gathered along the same axes"),
    ],
    outputs: [
      OutputPort(
        "metrics", .metrics,
        "comparison.csv (one row per cell), metrics.json; with repeats summary.csv (one row per group of "
          + "repeats), with baseline paired.csv, with pairs paired-samples.csv, with pool pooled.csv, with ranks "
          + "ranks.csv, pairs.csv and critical-difference.svg")
    ])

  let parameters: Parameters

  init(_ parameters: Parameters) { self.parameters = parameters }

  /// Unless they are used, predictions are not an input: they would only change the key.
  func resolvedPorts() -> Ports {
    let isUsed = parameters.pool || parameters.pairs == .samples
    return Ports(
      inputs: Self.ports.inputs.filter { $0.name != "predictions" || isUsed },
      outputs: Self.ports.outputs)
  }

  func run(_ context: StageContext) throws {
    let table = try table(of: context.inputs["metrics"] ?? [])
    let folder = context.output("metrics")
    var numbers = table.numbers
    try writeFile(table.comparison.bytes, folder + "/" + ComparisonFormat.comparison)
    if parameters.repeats != nil {
      try writeFile(table.summary.bytes, folder + "/" + ComparisonFormat.summary)
    }
    if parameters.baseline != .none {
      numbers.merge(try writePairs(table, context)) { own, _ in own }
    }
    if let axis = parameters.ranks {
      numbers.merge(try writeRanks(of: axis, table, context)) { own, _ in own }
    }
    if let repeats = parameters.repeats, parameters.pool {
      let pooled = try PooledMetrics(
        context.inputs["predictions"] ?? [], repeats: repeats, confidence: parameters.confidence)
      try writeFile(pooled.table.bytes, folder + "/" + ComparisonFormat.pooled)
      numbers.merge(pooled.numbers) { own, _ in own }
    }
    try writeFile(MetricsFile.bytes(of: numbers), folder + "/" + MetricsFile.name)
    context.events.record(numbers)
    for group in table.chosen where !table.name(of: group).isEmpty {
      context.events.log("chosen by \(parameters.select ?? ""): \(table.name(of: group))")
    }
  }

  /// Writes what is tested against the baseline; returns its numbers.
  private func writePairs(
    _ table: ComparisonTable, _ context: StageContext
  ) throws(StageError) -> [String: Double] {
    let folder = context.output("metrics")
    var numbers: [String: Double] = [:]
    if parameters.repeats != nil {
      let paired = try PairedComparison(
        table, baseline: parameters.baseline,
        .init(
          test: parameters.test, ratio: parameters.ratio, correction: parameters.correction,
          rope: parameters.region))
      try writeFile(paired.table.bytes, folder + "/" + ComparisonFormat.paired)
      numbers = paired.numbers
      for warning in paired.warnings { context.events.warn(warning) }
    }
    if parameters.pairs == .samples {
      let samples = try SamplePairs(
        context.inputs["predictions"] ?? [], baseline: parameters.baseline,
        repeats: parameters.repeats, correction: parameters.correction,
        confidence: parameters.confidence)
      try writeFile(samples.table.bytes, folder + "/" + ComparisonFormat.pairedSamples)
      numbers.merge(samples.numbers) { own, _ in own }
      for warning in samples.warnings { context.events.warn(warning) }
    }
    return numbers
  }

  /// Writes the ranks of an axis, their tests and the diagram; returns the numbers.
  private func writeRanks(
    of axis: String, _ table: ComparisonTable, _ context: StageContext
  ) throws(StageError) -> [String: Double] {
    let folder = context.output("metrics")
    let ranked = try RankComparison(
      table, metrics: parameters.metrics,
      .init(axis: axis, posthoc: parameters.posthoc, rope: parameters.region))
    try writeFile(ranked.ranks.bytes, folder + "/" + ComparisonFormat.ranks)
    try writeFile(ranked.pairs.bytes, folder + "/" + ComparisonFormat.pairs)
    try writeFile(ranked.diagram, folder + "/" + ComparisonFormat.diagram)
    for warning in ranked.warnings { context.events.warn(warning) }
    return ranked.numbers
  }

  /// The metrics of the table: those to compare, and before them the one to choose by.
  private var columns: [String] {
    guard let select = parameters.select, !parameters.metrics.contains(select) else {
      return parameters.metrics
    }
    return [select] + parameters.metrics
  }

  /// The comparison table of metrics artifacts.
  func table(of artifacts: [InputArtifact]) throws(StageError) -> ComparisonTable {
    guard !artifacts.isEmpty else { throw StageError("nothing is connected to input 'metrics'") }
    var cells: [ComparisonTable.Cell] = []
    for (coordinates, artifact) in zip(Self.coordinates(of: artifacts), artifacts) {
      let all = try MetricsFile.read(artifact)
      let (test, train) = (all["test/samples"] ?? 0, all["train/samples"] ?? 0)
      cells.append(
        .init(
          coordinates: coordinates, values: try values(all, of: artifact, coordinates),
          testToTrain: test > 0 && train > 0 ? test / train : nil))
    }
    let axes = Set(cells.flatMap(\.coordinates.keys)).sorted()
    if let repeats = parameters.repeats { try check(repeats, "repeats", among: axes) }
    for axis in parameters.selectOver { try check(axis, "select-over", among: axes) }
    if let ranks = parameters.ranks { try check(ranks, "ranks", among: axes) }
    try checkDistinct(cells)
    let others = axes.filter { $0 != parameters.repeats }
    for axis in parameters.baseline.values.keys.sorted() {
      try check(axis, "baseline", among: others)
    }
    return ComparisonTable(
      axes: axes, metrics: columns, cells: cells, repeats: parameters.repeats,
      confidence: parameters.confidence,
      selection: parameters.select.map {
        .init(
          metric: $0, axes: Set(parameters.selectOver.isEmpty ? others : parameters.selectOver))
      })
  }

  /// The axis values of artifacts as text.
  ///
  /// Artifacts without axes are distinguished by their position in `needs`: the name of a stage is
  /// not part of a key, so it must not enter a table.
  static func coordinates(of artifacts: [InputArtifact]) -> [[String: String]] {
    artifacts.enumerated().map { index, artifact in
      artifact.coordinates.isEmpty && artifacts.count > 1
        ? ["input": String(index + 1)] : artifact.coordinates.mapValues(text)
    }
  }

  /// Choices, pairs and ranks need cells that can be told apart.
  private func checkDistinct(_ cells: [ComparisonTable.Cell]) throws(StageError) {
    let users = [
      ("select", parameters.select != nil), ("baseline", parameters.baseline != .none),
      ("ranks", parameters.ranks != nil),
    ]
    guard let user = users.first(where: \.1)?.0,
      Set(cells.map(\.coordinates)).count < cells.count
    else { return }
    throw StageError(
      "'\(user)' cannot tell cells with the same coordinates apart",
      hint: "compare the cells of one stage, or gather the axis that distinguishes them")
  }

  private func check(
    _ axis: String, _ parameter: String, among axes: [String]
  ) throws(StageError) {
    guard !axes.contains(axis) else { return }
    throw StageError(
      "'\(parameter)' names '\(axis)', but the gathered cells vary along "
        + (axes.isEmpty ? "no axis" : axes.joined(separator: ", ")),
      hint: NearestName.find(axis, among: axes).map { "did you mean '\($0)'?" }
        ?? "gather the axis in this stage: \"gather\": [\"\(axis)\"]")
  }

  private func values(
    _ all: [String: Double], of artifact: InputArtifact, _ coordinates: [String: String]
  ) throws(StageError) -> [String: Double] {
    var values: [String: Double] = [:]
    for name in columns {
      guard let value = all[name] else {
        let cell = coordinates.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let place = ([artifact.stage] + cell).filter { !$0.isEmpty }.joined(separator: " ")
        let known = all.keys.sorted()
        throw StageError(
          "the metrics of '\(place)' have no '\(name)'",
          hint: NearestName.find(name, among: known).map { "did you mean '\($0)'?" }
            ?? "they have " + known.prefix(12).joined(separator: ", ")
            + (known.count > 12 ? " and \(known.count - 12) more" : ""))
      }
      values[name] = value
    }
    return values
  }

  /// An axis value as shown in a table: text unchanged, an object by its name.
  static func text(_ value: JSONValue) -> String {
    value.text ?? value["name"]?.text ?? JSONCanonicalForm.text(of: value)
  }
}
