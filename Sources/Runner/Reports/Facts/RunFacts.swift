internal import PipelineDSL
internal import Store

/// Everything the record contains about a run, read once and sorted.
struct RunFacts {
  /// One cell: its row, and what belongs to it.
  struct CellFacts {
    /// The row of the last attempt.
    var row: StageRunRow
    /// Its outputs, one artifact per port.
    var artifacts: [ArtifactRow] = []
    /// The metrics it reported, in order.
    var metrics: [StageMetric] = []
    /// The results of its checks.
    var checks: [CheckRow] = []

    /// The last value of each metric, sorted by name.
    var lastValues: [(name: String, value: Double)] {
      var last: [String: Double] = [:]
      for metric in metrics { last[metric.name] = metric.value }
      return last.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
  }

  /// A published number, shown next to ours.
  struct Reference: Sendable, Hashable {
    let cell: String
    let metric: String
    let value: Double
    let source: String
  }

  let summary: RunSummary
  /// The cells in topological order of their stages, then in natural order of their names.
  let cells: [CellFacts]
  /// The graph of stages, derived from the edges between cells.
  let graph: StageGraph
  /// The edges between cells, in the order of the pipeline's cells.
  let edges: [EdgeRow]
  let parameters: [(name: String, value: JSONValue)]
  let environment: [(name: String, value: String)]
  let divergences: [DivergenceRow]
  let events: [EventRow]
  let pipelineText: String?
  /// How often the test set was evaluated under the name of the pipeline, up to this run.
  let testEvaluations: TestEvaluations

  /// Reads the facts of a run.
  init(_ summary: RunSummary, _ records: RunRecords) throws(StoreError) {
    let id = summary.run.id
    self.summary = summary
    parameters = try records.parameters(run: id)
    environment = try records.environment(run: id)
    divergences = try records.divergences(run: id)
    events = try records.events(run: id)
    testEvaluations = try records.testEvaluations(upTo: id)
    pipelineText = try records.pipelineText(summary.run.pipelineDigest)
    var cells: [String: CellFacts] = [:]
    var names: [Int: String] = [:]
    for row in try records.stageRuns(run: id) {
      cells[row.cell] = CellFacts(row: row)
      names[row.id] = row.cell
    }
    func change(_ stageRun: Int, _ body: (inout CellFacts) -> Void) {
      // Rows of an earlier attempt do not belong to a cell that is shown.
      guard let name = names[stageRun], cells[name]?.row.id == stageRun else { return }
      if var cell = cells.removeValue(forKey: name) {
        body(&cell)
        cells[name] = cell
      }
    }
    for row in try records.artifacts(run: id) { change(row.stageRun) { $0.artifacts.append(row) } }
    for row in try records.metrics(run: id) {
      change(row.stageRun) { $0.metrics.append(row.metric) }
    }
    for row in try records.checks(run: id) { change(row.stageRun) { $0.checks.append(row) } }
    edges = try records.edges(run: id)
    graph = StageGraph(
      cells: cells.mapValues(\.row.stage), edges: edges,
      order: PipelineText(pipelineText).stages.map(\.name))
    let rank = Dictionary(uniqueKeysWithValues: zip(graph.stages.map(\.name), 0...))
    self.cells = cells.values.sorted { a, b in
      let (left, right) = (rank[a.row.stage] ?? 0, rank[b.row.stage] ?? 0)
      return left != right ? left < right : Self.natural(a.row.cell, b.row.cell)
    }
  }

  /// The cells of a stage.
  func cells(of stage: String) -> [CellFacts] { cells.filter { $0.row.stage == stage } }

  /// The events of a kind.
  func events(_ kind: String) -> [EventRow] { events.filter { $0.kind == kind } }

  /// The published numbers that the pipeline declares.
  var references: [Reference] {
    events("reference").compactMap { event in
      guard let json = try? JSONParser.parse(event.text), let metric = json["metric"]?.text,
        let value = json["value"]?.real
      else { return nil }
      return Reference(
        cell: event.subject, metric: metric, value: value, source: json["source"]?.text ?? "")
    }
  }

  /// How often the test set was looked at; `nil` if it was not.
  var testSentence: String? {
    let (results, runs) = (testEvaluations.results, testEvaluations.runs)
    guard results > 0 else { return nil }
    return "evaluated \(Display.count(results, "time")) under this pipeline name, in "
      + Display.count(runs, "run")
  }

  /// The locations that did not exist when the run began.
  var missing: [MissingLocation] { events.compactMap { MissingLocation($0) } }

  /// The number of cells that could not run because of them.
  var lacking: Int { cells.count { $0.row.lacksData } }

  /// Natural order: numbers within names are compared as numbers, so `seed=2` precedes `seed=10`.
  static func natural(_ left: String, _ right: String) -> Bool {
    var (a, b) = (Substring(left), Substring(right))
    while let x = a.first, let y = b.first {
      if x.isASCII, y.isASCII, x.isNumber, y.isNumber {
        let (first, second) = (a.prefix(while: \.isNumber), b.prefix(while: \.isNumber))
        if let m = Int(first), let n = Int(second), m != n { return m < n }
        (a, b) = (a.dropFirst(first.count), b.dropFirst(second.count))
      } else if x != y {
        return x < y
      } else {
        (a, b) = (a.dropFirst(), b.dropFirst())
      }
    }
    return a.isEmpty && b.isEmpty ? left < right : a.isEmpty
  }
}
