internal import PipelineDSL

/// Compares the metrics of several cells or stages.
struct Compare: StageKind {
  struct Parameters: StageParameters {
    var metrics = ["test/accuracy", "test/macro-f1", "test/loss"]
    var repeats: String?

    static var fields: [ParameterField<Self>] {
      [
        ParameterField("metrics", \.metrics, "metrics to compare, one column each"),
        ParameterField(
          "repeats", \.repeats,
          "axis whose values repeat an experiment, such as seed; mean and standard deviation are taken over it"
        ),
      ]
    }

    func conflicts() -> [String] {
      var problems = metrics.isEmpty ? ["'metrics' is empty: there is nothing to compare"] : []
      if Set(metrics).count < metrics.count { problems.append("'metrics' names one metric twice") }
      return problems
    }
  }

  static let name = "compare"
  static let revision = 2
  static let summary =
    "Compares metrics of several cells, with mean and standard deviation over repeats."
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
    if let repeats = parameters.repeats, !axes.contains(repeats) {
      throw StageError(
        "'repeats' names '\(repeats)', but the gathered cells vary along "
          + (axes.isEmpty ? "no axis" : axes.joined(separator: ", ")),
        hint: NearestName.find(repeats, among: axes).map { "did you mean '\($0)'?" }
          ?? "gather the axis in this stage: \"gather\": [\"\(repeats)\"]")
    }
    return ComparisonTable(
      axes: axes, metrics: parameters.metrics, cells: cells, repeats: parameters.repeats)
  }

  private func values(
    of artifact: InputArtifact, _ coordinates: [String: String]
  ) throws(StageError) -> [String: Double] {
    let all = try MetricsFile.read(artifact)
    var values: [String: Double] = [:]
    for name in parameters.metrics {
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
