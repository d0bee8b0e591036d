internal import PipelineDSL
internal import Store

/// What changed since the previous run of a pipeline, and how its metrics moved.
struct RunChange: Sendable {
  /// The number of cells of a stage whose keys are compared field by field: each is read from the
  /// store, and cells of a stage mostly differ in the same fields.
  private static let reach = 20

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

  /// Compares a run with the previous run of its pipeline; `nil` if there is none.
  ///
  /// - Throws: An error if the record cannot be read. Gaps in the store are left out.
  init?(_ facts: RunFacts, _ records: RunRecords, _ cache: ActionCache) throws(StoreError) {
    guard let previous = try records.previousRun(before: facts.summary.run.id) else { return nil }
    self.init(facts, since: try RunFacts(previous, records), cache)
  }

  init(_ facts: RunFacts, since earlier: RunFacts, _ cache: ActionCache) {
    previous = earlier.summary
    parameters = RunComparison.Named(earlier.parameters, facts.parameters).different
    environment = RunComparison.Named(earlier.environment, facts.environment).different
    moves = RegressionReport(of: facts, against: earlier, tolerance: .zero)
    let old = Dictionary(earlier.cells.map { ($0.row.cell, $0.row) }) { first, _ in first }
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
      guard read[cell.row.stage, default: 0] < Self.reach else { continue }
      read[cell.row.stage, default: 0] += 1
      if let difference = RunComparison.difference(before, cell.row, cache) {
        compared.append(difference)
      }
    }
    fields = KeyFieldChanges(compared, objects: cache.objects)
    (self.changed, self.unchanged, self.added) = (changed, unchanged, added)
    removed = old.count - changed - unchanged
  }

  /// Whether nothing differs but the time.
  var isEmpty: Bool {
    changed + added + removed + parameters.count + environment.count == 0 && allMoves.isEmpty
  }

  /// Every metric that moved, regressions first.
  var allMoves: [RegressionReport.Move] { moves.regressions + moves.changes }
}
