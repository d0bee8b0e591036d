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

    /// The published number in an event; `nil` for any other event.
    init?(_ event: EventRow) {
      guard event.kind == "reference", let json = try? JSONParser.parse(event.text),
        let metric = json["metric"]?.text, let value = json["value"]?.real
      else { return nil }
      (cell, self.metric, self.value) = (event.subject, metric, value)
      source = json["source"]?.text ?? ""
    }
  }

  let summary: RunSummary
  /// The cells in topological order of their stages, then in natural order of their names.
  let cells: [CellFacts]
  private let byStage: [String: [CellFacts]]
  /// The graph of stages, derived from the edges between cells.
  let graph: StageGraph
  /// The edges between cells, in the order of the pipeline's cells.
  let edges: [EdgeRow]
  /// The edges that end in each cell, by its name.
  let inputs: [String: [EdgeRow]]
  let parameters: [(name: String, value: JSONValue)]
  let environment: [(name: String, value: String)]
  let divergences: [DivergenceRow]
  let events: [EventRow]
  let pipelineText: String?
  /// The names in the text of the pipeline.
  let text: PipelineText
  /// How often the test set was evaluated under the name of the pipeline, up to this run.
  let testEvaluations: TestEvaluations

  /// Reads the facts of a run; of its metrics only those of `names`, if given.
  init(
    _ summary: RunSummary, _ records: RunRecords, metrics names: Set<String>? = nil
  ) throws(StoreError) {
    let id = summary.run.id
    self.summary = summary
    parameters = try records.parameters(run: id)
    environment = try records.environment(run: id)
    divergences = try records.divergences(run: id)
    events = try records.events(run: id)
    testEvaluations = try records.testEvaluations(upTo: id)
    pipelineText = try records.pipelineText(summary.run.pipelineDigest)
    text = PipelineText(pipelineText)
    // Rows of an earlier attempt do not belong to a cell that is shown.
    var latest: [String: StageRunRow] = [:]
    for row in try records.stageRuns(run: id) { latest[row.cell] = row }
    edges = try records.edges(run: id)
    inputs = Dictionary(grouping: edges, by: \.to)
    graph = StageGraph(
      cells: latest.mapValues(\.stage), edges: edges,
      order: text.stages.map(\.name))
    // In the order of the graph, which has every cell, in a damaged record some of them twice.
    var cells = graph.stages.flatMap(\.cells).compactMap { latest.removeValue(forKey: $0) }
      .map { CellFacts(row: $0) }
    let places = Dictionary(zip(cells.lazy.map(\.row.id), 0...)) { first, _ in first }
    for row in try records.artifacts(run: id) {
      if let place = places[row.stageRun] { cells[place].artifacts.append(row) }
    }
    // A run may have millions of metrics; those of a cell follow each other.
    var (known, place): (Int?, Int?)
    for row in try records.metrics(run: id, names: names) {
      if row.stageRun != known { (known, place) = (row.stageRun, places[row.stageRun]) }
      if let place { cells[place].metrics.append(row.metric) }
    }
    for row in try records.checks(run: id) {
      if let place = places[row.stageRun] { cells[place].checks.append(row) }
    }
    self.cells = cells
    byStage = Dictionary(grouping: cells, by: \.row.stage)
  }

  /// The cells of a stage.
  func cells(of stage: String) -> [CellFacts] { byStage[stage] ?? [] }

  /// The events of a kind.
  func events(_ kind: String) -> [EventRow] { events.filter { $0.kind == kind } }

  /// The published numbers that the pipeline declares.
  var references: [Reference] { events.compactMap(Reference.init) }

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
    let (a, b) = (left.utf8, right.utf8)
    var (i, j) = (a.startIndex, b.startIndex)
    while i < a.endIndex, j < b.endIndex {
      let (x, y) = (a[i], b[j])
      if isDigit(x), isDigit(y) {
        let (first, second) = (a[i...].prefix(while: isDigit), b[j...].prefix(while: isDigit))
        let (m, n) = (first.drop { $0 == zero }, second.drop { $0 == zero })
        let (long, short) = (m.count, n.count)
        if long != short { return long < short }
        if !m.elementsEqual(n) { return m.lexicographicallyPrecedes(n) }
        (i, j) = (first.endIndex, second.endIndex)
      } else if x != y {
        return x < y
      } else {
        (i, j) = (a.index(after: i), b.index(after: j))
      }
    }
    return i == a.endIndex && j == b.endIndex ? left < right : i == a.endIndex
  }

  private static let zero = UInt8(ascii: "0")

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= zero && byte <= zero + 9 }
}
