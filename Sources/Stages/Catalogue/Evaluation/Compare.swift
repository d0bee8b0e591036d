internal import PipelineDSL

/// Compares the metrics of several cells or stages.
struct Compare: StageKind {
  struct Parameters: StageParameters {
    var metrics = ["test/accuracy", "test/macro-f1", "test/loss"]
    var repeats: String?
    var select: String?
    var selectOver: [String] = []

    static var fields: [ParameterField<Self>] {
      [
        ParameterField("metrics", \.metrics, "metrics to compare, one column each"),
        ParameterField(
          "repeats", \.repeats,
          "axis whose values repeat an experiment, such as seed; mean and standard deviation are taken over it"
        ),
        ParameterField(
          "select", \.select,
          "metric that chooses the best cell (with repeats, by its mean), such as validation/macro-f1; "
            + "not of the test set; the lowest loss is the best"
        ),
        ParameterField(
          "select-over", \.selectOver,
          "axes whose values compete for select, one choice per combination of the others; "
            + "empty for all but repeats"
        ),
      ]
    }

    func conflicts() -> [String] {
      var problems = metrics.isEmpty ? ["'metrics' is empty: there is nothing to compare"] : []
      if Set(metrics).count < metrics.count { problems.append("'metrics' names one metric twice") }
      if let select, select.split(separator: "/").contains("test") {
        problems.append(
          "'select' is '\(select)': a choice by the test set makes its metrics too good; "
            + "choose by a validation metric")
      }
      if select == nil, !selectOver.isEmpty {
        problems.append("'select-over' needs 'select', the metric to choose by")
      }
      if let repeats, selectOver.contains(repeats) {
        problems.append("'\(repeats)' is the axis of 'repeats', so it cannot be in 'select-over'")
      }
      return problems
    }
  }

  static let name = "compare"
  static let revision = 2
  static let summary =
    "Compares metrics of several cells, with statistics over repeats and a choice of the best cell."
  static let source = "Assay"
  static let ports = Ports(
    inputs: [InputPort("metrics", .metrics, .many, "metrics of each cell or stage")],
    outputs: [
      OutputPort(
        "metrics", .metrics,
        "comparison.csv (one row per cell), summary.csv (one row per group of repeats), metrics.json"
      )
    ])

  let parameters: Parameters

  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let table = try table(of: context.inputs["metrics"] ?? [])
    let folder = context.output("metrics")
    try writeFile(table.comparison.bytes, folder + "/" + ComparisonFormat.comparison)
    if parameters.repeats != nil {
      try writeFile(table.summary.bytes, folder + "/" + ComparisonFormat.summary)
    }
    try writeFile(MetricsFile.bytes(of: table.numbers), folder + "/" + MetricsFile.name)
    context.events.record(table.numbers)
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
    if parameters.select != nil, Set(cells.map(\.coordinates)).count < cells.count {
      throw StageError(
        "'select' cannot tell cells with the same coordinates apart",
        hint: "compare the cells of one stage, or gather the axis that distinguishes them")
    }
    let others = axes.filter { $0 != parameters.repeats }
    return ComparisonTable(
      axes: axes, metrics: columns, cells: cells, repeats: parameters.repeats,
      selection: parameters.select.map {
        .init(
          metric: $0, axes: Set(parameters.selectOver.isEmpty ? others : parameters.selectOver))
      })
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
