internal import PipelineDSL
public import Store

/// How the final metrics of a run moved since an earlier one, and which moves are regressions.
///
/// A metric has a direction if a check of its cell gives it one: with `at-least` higher is better,
/// with `at-most` lower. A move in the wrong direction by more than the tolerance is a regression,
/// even if the threshold is still met. Any other move is a change, neither good nor bad.
public struct RegressionReport: Sendable {
  /// How far a metric may move in the wrong direction.
  public struct Tolerance: Sendable, Hashable {
    let amount: Double
    /// Whether the amount is a fraction of the old value.
    let isShare: Bool

    /// No tolerance.
    public static let zero = Tolerance(amount: 0, isShare: false)

    private init(amount: Double, isShare: Bool) {
      (self.amount, self.isShare) = (amount, isShare)
    }

    /// Parses `0.01`, in the metric's own unit, or `2%`, of the old value; `nil` for anything else.
    public init?(_ text: String) {
      let isShare = text.hasSuffix("%")
      guard let number = Double(isShare ? String(text.dropLast()) : text), number.isFinite,
        number >= 0
      else { return nil }
      self.init(amount: isShare ? number / 100 : number, isShare: isShare)
    }

    /// The allowed change from an old value, plus a margin, so that 0.90 to 0.89 is within 0.01.
    func allowance(beside old: Double) -> Double {
      (isShare ? amount * abs(old) : amount) + abs(old) * 1e-12
    }

    /// The tolerance as written on the command line.
    var text: String {
      isShare ? "\(Display.number(amount * 100))%" : JSONCanonicalForm.text(of: amount)
    }
  }

  /// A metric of a cell whose final value changed.
  public struct Move: Sendable, Hashable {
    /// The cell.
    public let cell: String
    /// The metric.
    public let metric: String
    /// `at-least` or `at-most`, if the cell's checks state only one of them.
    public let relation: String?
    /// The earlier value, if there was one.
    public let old: Double?
    /// The current value, if there is one.
    public let new: Double?

    /// `scores test/macro-f1 (at-least): 0.9120 -> 0.8740`.
    public var text: String {
      "\(cell) \(metric)\(relation.map { " (\($0))" } ?? ""): "
        + "\(old.map(Display.number) ?? "none") -> \(new.map(Display.number) ?? "none")"
    }
  }

  /// The earlier run.
  public let baseline: RunSummary
  /// How far a metric may move in the wrong direction.
  public let tolerance: Tolerance
  /// Metrics that moved against the direction of their check.
  public let regressions: [Move]
  /// All other metrics that moved.
  public let changes: [Move]
  /// How many metrics of both runs have the same final value.
  public let unchanged: Int
  /// Checked metrics for which the earlier run has no value, as `cell metric`.
  public let uncovered: [String]

  /// Compares a run with an earlier one; cells and metrics are paired by name.
  ///
  /// - Throws: An error if the record cannot be read.
  public init(
    of run: RunSummary, against baseline: RunSummary, tolerance: Tolerance, records: RunRecords
  ) throws(StoreError) {
    self.init(
      of: try RunFacts(run, records), against: try RunFacts(baseline, records),
      tolerance: tolerance)
  }

  /// Compares a run with an earlier one, where `names` are given only in those metrics.
  init(
    of run: RunFacts, against baseline: RunFacts, tolerance: Tolerance,
    metrics names: Set<String>? = nil
  ) {
    (self.baseline, self.tolerance) = (baseline.summary, tolerance)
    let earlier = Dictionary(baseline.cells.map { ($0.row.cell, $0) }) { first, _ in first }
    var (regressions, changes, unchanged) = ([Move](), [Move](), 0)
    var uncovered: [String] = []
    for cell in run.cells where cell.hasResult {
      let new = cell.finalValues(of: names)
      let old = earlier[cell.row.cell].flatMap { $0.hasResult ? $0.finalValues(of: names) : nil }
      let checked = cell.checks.map(\.metric).filter { !$0.hasPrefix(MetricCheck.recordPrefix) }
      for metric in Set(checked).sorted() where old?[metric] == nil {
        uncovered.append("\(cell.row.cell) \(metric)")
      }
      guard let old else { continue }
      for name in Set(new.keys).union(old.keys).sorted(by: RunFacts.natural) {
        let (before, now) = (old[name], new[name])
        if let before, let now, before == now || before.isNaN && now.isNaN {
          unchanged += 1
          continue
        }
        let relation = cell.direction(of: name)
        let move = Move(
          cell: cell.row.cell, metric: name, relation: relation?.rawValue, old: before, new: now)
        if Self.isWorse(from: before, to: now, relation, tolerance) {
          regressions.append(move)
        } else {
          changes.append(move)
        }
      }
    }
    (self.regressions, self.changes, self.unchanged) = (regressions, changes, unchanged)
    self.uncovered = uncovered
  }

  private static func isWorse(
    from old: Double?, to new: Double?, _ relation: MetricCheck.Relation?, _ tolerance: Tolerance
  ) -> Bool {
    guard let relation, let old, !old.isNaN else { return false }
    guard let new, !new.isNaN else { return true }
    let allowance = tolerance.allowance(beside: old)
    return switch relation {
    case .atLeast: old - new > allowance
    case .atMost: new - old > allowance
    }
  }

  /// How many earlier runs are searched for one with results for all checked cells.
  private static let reach = 50

  /// The newest earlier run of the same pipeline that succeeded, met every check, and has no
  /// recorded regression.
  ///
  /// A run with a result for every checked cell of `run` is preferred, because a run of a single
  /// stage would leave nothing to compare.
  ///
  /// - Throws: An error if the record cannot be read.
  public static func lastGood(
    before run: RunSummary, records: RunRecords
  ) throws(StoreError) -> RunSummary? {
    let good = try records.goodRuns(
      pipeline: run.run.pipeline, before: run.run.id, limit: reach)
    let rows = Dictionary(try records.stageRuns(run: run.run.id).map { ($0.id, $0.cell) }) { $1 }
    let checked = Set(try records.checks(run: run.run.id).compactMap { rows[$0.stageRun] })
    for id in good {
      let known = try records.stageRuns(run: id)
        .filter { $0.status == .hit || $0.status == .executed }.map(\.cell)
      if checked.isSubset(of: known) { return try records.run(id) }
    }
    guard let newest = good.first else { return nil }
    return try records.run(newest)
  }
}

extension RunFacts.CellFacts {
  /// Whether the cell has a result in its run.
  var hasResult: Bool { row.status == .hit || row.status == .executed }

  /// The last value of each metric, or of those with some names.
  func finalValues(of names: Set<String>? = nil) -> [String: Double] {
    var values: [String: Double] = [:]
    for metric in metrics where names?.contains(metric.name) != false {
      values[metric.name] = metric.value
    }
    return values
  }

  /// The direction of a metric according to the cell's checks; `nil` if they state both or none.
  func direction(of metric: String) -> MetricCheck.Relation? {
    let relations = Set(checks.filter { $0.metric == metric }.map(\.relation))
    guard relations.count == 1, let only = relations.first else { return nil }
    return MetricCheck.Relation(rawValue: only)
  }
}
