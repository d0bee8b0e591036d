internal import PipelineDSL
internal import Statistics

/// Correlates metrics of two stages over the cells of a grid.
struct Correlate: StageKind {
  struct Parameters: StageParameters {
    var x = ["test/macro-f1"]
    var y: [String] = []
    var confidence = 0.95

    static var fields: [ParameterField<Self>] {
      [
        ParameterField("x", \.x, "metrics of the stage at input 'x'"),
        ParameterField(
          "y", \.y, required: true,
          "metrics of the stage at input 'y'; each is correlated with each of 'x'"),
        ParameterField(
          "confidence", \.confidence, in: 0.5...0.9999,
          "confidence of the interval of the correlation"),
      ]
    }

    func conflicts() -> [String] {
      [("x", x), ("y", y)].flatMap { name, metrics in
        (metrics.isEmpty ? ["'\(name)' is empty: there is nothing to correlate"] : [])
          + (Set(metrics).count < metrics.count ? ["'\(name)' names one metric twice"] : [])
      }
    }
  }

  static let name = "correlate"
  static let revision = 1
  static let summary =
    "Correlates metrics of two stages over the cells of a grid, with Spearman's rho and its interval."
  static let source =
    "Spearman 1904; Bonett and Wright 2000 (interval by Fisher's transformation)"
  static let ports = Ports(
    inputs: [
      InputPort("x", .metrics, .many, "metrics of each cell of one stage"),
      InputPort(
        "y", .metrics, .many, "metrics of each cell of another, gathered along the same axes"),
    ],
    outputs: [
      OutputPort(
        "metrics", .metrics,
        "correlation.csv (one row per pair of metrics), cells.csv (one row per cell), metrics.json")
    ])

  let parameters: Parameters

  init(_ parameters: Parameters) { self.parameters = parameters }

  /// The metrics of a cell by name, and the cell's place for messages.
  private typealias Cell = (place: String, values: [String: Double])

  func run(_ context: StageContext) throws {
    let xs = try cells(context, "x", parameters.x)
    let ys = try cells(context, "y", parameters.y)
    for (port, cells, others) in [("x", xs, ys), ("y", ys, xs)] {
      let alone = cells.filter { others[$0.key] == nil }.map(\.value.place).min()
      guard let alone else { continue }
      throw StageError(
        "the cell '\(alone)' of input '\(port)' has no partner at the other input",
        hint: "let both stages vary along the axes that are gathered")
    }
    let keys = xs.keys.sorted { (xs[$0]?.place ?? "") < (xs[$1]?.place ?? "") }
    let axes = Set(keys.flatMap(\.keys)).sorted()
    let cells = CSVTable(
      columns: axes + parameters.x + parameters.y,
      rows: keys.map { key in
        axes.map { key[$0] ?? "" } + parameters.x.map { ComparisonTable.text(xs[key]?.values[$0]) }
          + parameters.y.map { ComparisonTable.text(ys[key]?.values[$0]) }
      })
    var table = CSVTable(columns: ["x", "y", "n", "rho", "low", "high"])
    var metrics = ["n": Double(keys.count)]
    for x in parameters.x {
      for y in parameters.y {
        let found = SpearmanRank(
          keys.compactMap { xs[$0]?.values[x] }, keys.compactMap { ys[$0]?.values[y] },
          confidence: parameters.confidence)
        let numbers = [
          found?.correlation, found?.bounds?.lowerBound, found?.bounds?.upperBound,
        ].map {
          $0.map(ComparisonTable.rounded)
        }
        table.append([x, y, String(keys.count)] + numbers.map(ComparisonTable.text))
        for (name, number) in zip(["rho", "low", "high"], numbers) {
          metrics["\(x)/\(y)/\(name)"] = number
        }
        if found == nil {
          context.events.warn("\(x) and \(y) have no correlation: one of them never changes")
        }
      }
    }
    let folder = context.output("metrics")
    try writeFile(table.bytes, folder + "/correlation.csv")
    try writeFile(cells.bytes, folder + "/cells.csv")
    try writeFile(MetricsFile.bytes(of: metrics), folder + "/" + MetricsFile.name)
    context.events.record(metrics)
  }

  /// The cells of an input by their coordinates.
  private func cells(
    _ context: StageContext, _ port: String, _ metrics: [String]
  ) throws(StageError) -> [[String: String]: Cell] {
    var cells: [[String: String]: Cell] = [:]
    for artifact in context.inputs[port] ?? [] {
      let coordinates = artifact.coordinates.mapValues(Compare.text)
      let place = coordinates.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        .joined(separator: ",")
      let values = try MetricsFile.read(artifact)
      if let unknown = metrics.first(where: { values[$0] == nil }) {
        throw StageError(
          "the metrics of cell '\(place)' at input '\(port)' have no '\(unknown)'",
          hint: NearestName.find(unknown, among: values.keys.sorted()).map {
            "did you mean '\($0)'?"
          } ?? "\(MetricsFile.name) of that stage lists them")
      }
      guard cells.updateValue((place, values), forKey: coordinates) == nil else {
        throw StageError(
          "two cells at input '\(port)' have the coordinates '\(place)'",
          hint: "connect one stage to each input, and gather the axes that distinguish its cells")
      }
    }
    return cells
  }
}
