internal import PipelineDSL
internal import Store

/// What changed since the previous run of a pipeline, and how its metrics moved.
struct RunChange: Sendable {
  /// The number of cells, of a stage and of all, whose keys are compared field by field: each is
  /// read from the store, and cells of a stage mostly differ in the same fields.
  private static let (reach, total) = (20, 200)
  private static let metricLimit = 60

  /// The id of the run.
  let run: String
  /// The previous run.
  let previous: RunSummary
  /// The parameters of the pipeline that differ.
  let parameters: [RunComparison.Difference<JSONValue>]
  /// The facts of the environment that differ.
  let environment: [RunComparison.Difference<String>]
  /// The fields in which the keys of cells differ.
  let fields: KeyFieldChanges
  /// The number of cells of both runs whose keys or outcomes differ.
  let changed: Int
  /// The number of cells of both runs with the same key and outcome.
  let unchanged: Int
  /// The number of cells that only this run has, and that only the previous run has.
  let (added, removed): (Int, Int)
  /// How the final metrics moved.
  let moves: RegressionReport

  /// Compares a run with the previous run of its pipeline; `nil` without one.
  ///
  /// - Throws: An error if the record cannot be read. Gaps in the store are left out.
  init?(_ facts: RunFacts, _ records: RunRecords, _ cache: ActionCache) throws(StoreError) {
    guard let previous = try records.previousRun(before: facts.summary.run.id) else { return nil }
    let names = Self.metrics(of: facts)
    let earlier = try RunFacts(previous, records, metrics: names)
    (run, self.previous) = (facts.summary.run.id, previous)
    parameters = RunComparison.Named(earlier.parameters, facts.parameters).different
    environment = RunComparison.Named(earlier.environment, facts.environment).different
    moves = RegressionReport(of: facts, against: earlier, tolerance: .zero, metrics: names)
    let old = Dictionary(earlier.cells.map { ($0.row.cell, $0.row) }) { first, _ in first }
    let reach = max(1, min(Self.reach, Self.total / max(1, facts.graph.stages.count)))
    var (compared, read): ([RunComparison.CellDifference], [String: Int]) = ([], [:])
    var (changed, unchanged, added) = (0, 0, 0)
    for cell in facts.cells {
      guard let before = old[cell.row.cell] else {
        added += 1
        continue
      }
      let hasResults = [before, cell.row].allSatisfy { $0.status == .hit || $0.status == .executed }
      if before.key == cell.row.key, hasResults || before.status == cell.row.status {
        unchanged += 1
        continue
      }
      changed += 1
      guard read[cell.row.stage, default: 0] < reach else { continue }
      read[cell.row.stage, default: 0] += 1
      if let difference = RunComparison.difference(before, cell.row, cache) {
        compared.append(difference)
      }
    }
    fields = KeyFieldChanges(compared, objects: cache.objects)
    (self.changed, self.unchanged, self.added) = (changed, unchanged, added)
    removed = old.count - changed - unchanged
  }

  /// The metrics that are compared: those with a check and the headline; without any of these, all
  /// that are not histories, up to a limit.
  private static func metrics(of facts: RunFacts) -> Set<String> {
    var names = Set(facts.cells.flatMap { $0.checks.map(\.metric) })
    for headline in Headline.all(facts) {
      names.formUnion(headline.metrics.map { "\(headline.part.rawValue)/\($0)" })
    }
    guard names.isEmpty else { return names }
    for cell in facts.cells where names.count < metricLimit {
      names.formUnion(cell.metrics.lazy.filter { $0.step == nil }.map(\.name).prefix(metricLimit))
    }
    return names
  }

  /// Whether nothing differs but the time.
  var isEmpty: Bool {
    changed + added + removed + parameters.count + environment.count == 0
      && moves.regressions.isEmpty && moves.changes.isEmpty
  }
}
