internal import PipelineDSL

/// Compares the metrics of several cells or stages.
struct Compare: StageKind {
  static let name = "compare"
  static let revision = 3
  static let summary =
    "Compares metrics of several cells: statistics over repeats, tests against a baseline, the best cell."
  static let source =
    "Intervals and paired tests by Student's t; pooled AUC is biased: Airola et al. 2011, Forman and Scholz 2010"
  static let ports = Ports(
    inputs: [
      InputPort("metrics", .metrics, .many, "metrics of each cell or stage"),
      InputPort(
        "predictions", .predictions, .many,
        "only with pool: predictions of each cell, gathered along the same axes"),
    ],
    outputs: [
      OutputPort(
        "metrics", .metrics,
        "comparison.csv (one row per cell), metrics.json; with repeats summary.csv (one row per group of "
          + "repeats), with baseline paired.csv, with pool pooled.csv")
    ])

  let parameters: Parameters

  init(_ parameters: Parameters) { self.parameters = parameters }

  /// Without `pool`, predictions are not an input: they would only change the key.
  func resolvedPorts() -> Ports {
    Ports(
      inputs: Self.ports.inputs.filter { $0.name != "predictions" || parameters.pool },
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
      let paired = try table.paired(with: parameters.baseline)
      try writeFile(paired.bytes, folder + "/" + ComparisonFormat.paired)
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
    for (index, artifact) in artifacts.enumerated() {
      // Artifacts without axes are distinguished by their position in `needs`: the name of a stage
      // is not part of a key, so it must not enter a table.
      let coordinates =
        artifact.coordinates.isEmpty && artifacts.count > 1
        ? ["input": String(index + 1)] : artifact.coordinates.mapValues(Self.text)
      cells.append(.init(coordinates: coordinates, values: try values(of: artifact, coordinates)))
    }
    let axes = Set(cells.flatMap(\.coordinates.keys)).sorted()
    if let repeats = parameters.repeats { try check(repeats, "repeats", among: axes) }
    for axis in parameters.selectOver { try check(axis, "select-over", among: axes) }
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

  /// Choices and pairs need cells that can be told apart.
  private func checkDistinct(_ cells: [ComparisonTable.Cell]) throws(StageError) {
    guard parameters.select != nil || parameters.baseline != .none,
      Set(cells.map(\.coordinates)).count < cells.count
    else { return }
    throw StageError(
      "'\(parameters.select != nil ? "select" : "baseline")' cannot tell cells with the same "
        + "coordinates apart",
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
    of artifact: InputArtifact, _ coordinates: [String: String]
  ) throws(StageError) -> [String: Double] {
    let all = try MetricsFile.read(artifact)
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
