internal import PipelineDSL
internal import Statistics
public import Store

/// The scores of a finished run as a table for a terminal: checked metrics, those with a published
/// number, and those of the test set, each as mean and deviation over repeats.
public struct RunEnding: Sendable {
  /// The largest number of rows that are shown.
  private static let limit = 24
  /// The axes that repeat an experiment, besides those that seeds refer to.
  private static let usualRepeats = Set(ResultsRequest.usualRepeats)

  /// One metric of the cells that differ only by repeats.
  struct Score: Sendable, Hashable {
    let stage: String
    /// The cell without the axes over which the mean is taken.
    let cell: String
    let metric: String
    var values: [Double] = []
    var published: Double?
    /// The threshold as text, and in how many cells it was met.
    var check = ""
    var met = 0
    var checked = 0

    /// Whether a check is not met.
    var isUnmet: Bool { met < checked }
  }

  let scores: [Score]
  /// The seconds that cached results took when they were computed.
  public let savedSeconds: Double

  /// Reads the scores of a run.
  ///
  /// - Throws: An error if the record cannot be read.
  public init(of run: RunSummary, records: RunRecords) throws(StoreError) {
    let id = run.run.id
    let axes = PipelineAxes(try records.pipelineText(run.run.pipelineDigest))
    let checks = try records.checks(run: id)
    var rows: [Int: StageRunRow] = [:]
    if !checks.isEmpty {
      for row in try records.stageRuns(run: id) { rows[row.id] = row }
    }
    let references = try records.events(run: id).compactMap(RunFacts.Reference.init)
    var collected = Scores(axes: axes.names, repeats: axes.repeats.union(Self.usualRepeats))
    let names = Set(checks.map(\.metric)).union(references.map(\.metric))
      .union(ResultsRequest.defaultMetrics)
    for metric in try records.finalMetrics(run: id, named: names.sorted()) {
      collected.add(metric)
    }
    for check in checks { if let row = rows[check.stageRun] { collected.add(check, of: row) } }
    for reference in references { collected.add(reference) }
    scores = collected.list.filter { !$0.values.isEmpty || $0.checked > 0 }
    savedSeconds = try records.savedSeconds(run: id)
  }

  /// The table in at most some columns; empty without scores.
  public func text(columns: Int) -> String {
    guard !scores.isEmpty else { return "" }
    // Of many, those that need attention are shown.
    let sorted =
      scores.count > Self.limit
      ? scores.filter(\.isUnmet) + scores.filter { !$0.isUnmet } : scores
    let shown = sorted.prefix(Self.limit)
    let fields = shown.map(Self.fields)
    // A column without content says nothing.
    let used = (0..<5).filter { column in
      column < 3 || fields.contains { !$0[column].isEmpty }
    }
    let heads = ["cell", "metric", "value", "published", "check"]
    let widths = used.dropFirst().map { column in
      (fields.map { Display.columns($0[column]) } + [heads[column].count]).max() ?? 0
    }
    let room = max(8, columns - widths.reduce(0) { $0 + $1 + 2 })
    var table = TextTable(
      used.map { $0 == 3 ? .right(heads[$0]) : .left(heads[$0]) })
    for row in fields {
      table.append(
        used.map {
          $0 == 0 ? Display.fittedInTheMiddle(Display.line(row[0]), columns: room) : row[$0]
        }
      )
    }
    let rest = scores.count - shown.count
    return table.text + (rest > 0 ? "and \(Display.count(rest, "more score"))\n" : "")
  }

  private static func fields(_ score: Score) -> [String] {
    var value = "none"
    if score.values.count == 1, let only = score.values.first {
      value = Display.number(only)
    } else if score.values.allSatisfy(\.isFinite), !score.values.isEmpty {
      let mean = MeanInterval(of: score.values)
      value = Display.number(mean.mean)
      if let deviation = mean.deviation {
        value += " ± \(Display.number(deviation)) (\(mean.count))"
      }
    } else if !score.values.isEmpty {
      value = "not a number"
    }
    var check = score.check
    if score.checked > 0 {
      check += score.isUnmet ? " NOT MET" : " met"
      if score.checked > 1, score.isUnmet { check += " in \(score.checked - score.met)" }
    }
    return [
      score.cell, score.metric, value, score.published.map(Display.number) ?? "", check,
    ]
  }
}

/// Collects scores by stage, coordinates without repeats, and metric.
private struct Scores {
  let axes: [String]
  let repeats: Set<String>
  private(set) var list: [RunEnding.Score] = []
  private var places: [[String]: Int] = [:]
  private var published: Set<[String]> = []

  init(axes: [String], repeats: Set<String>) { (self.axes, self.repeats) = (axes, repeats) }

  mutating func add(_ metric: RunRecords.FinalMetric) {
    change(metric.cell, metric.stage, metric.name) { $0.values.append(metric.value) }
  }

  mutating func add(_ check: CheckRow, of row: StageRunRow) {
    let symbol = check.relation == MetricCheck.Relation.atLeast.rawValue ? "≥" : "≤"
    change(row.cell, row.stage, check.metric) { score in
      // The value of a history is that of its last step, which is not among the final metrics.
      if score.values.count <= score.checked, let value = check.value { score.values.append(value) }
      score.check = "\(symbol) \(Display.number(check.threshold))"
      score.checked += 1
      if check.met { score.met += 1 }
    }
  }

  /// Adds a published number to a score that the run has.
  mutating func add(_ reference: RunFacts.Reference) {
    let cell = plain(reference.cell)
    guard let place = places[[cell, reference.metric]] else { return }
    list[place].published = list[place].published ?? reference.value
  }

  private mutating func change(
    _ cell: String, _ stage: String, _ metric: String, _ body: (inout RunEnding.Score) -> Void
  ) {
    let name = plain(cell)
    let place = places[[name, metric]] ?? list.count
    if place == list.count {
      places[[name, metric]] = place
      list.append(RunEnding.Score(stage: stage, cell: name, metric: metric))
    }
    body(&list[place])
  }

  /// A cell's name without the axes that repeat it.
  private func plain(_ cell: String) -> String {
    guard let mark = cell.firstIndex(of: "@") else { return cell }
    let rest = CellCoordinates(cell, axes: axes).values.filter { !repeats.contains($0.axis) }
    let stage = cell[..<mark]
    guard !rest.isEmpty else { return String(stage) }
    return stage + "@" + rest.map { "\($0.axis)=\($0.value)" }.joined(separator: ",")
  }
}
