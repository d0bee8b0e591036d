public import PipelineDSL
public import Store

/// The outcome of a run for those who did not watch it, such as readers of a nightly job's mail.
///
/// Made from recorded data only, so that it is the same whenever it is made.
public struct OutcomeSummary: Sendable {
  /// The state of a run that has not ended, or did not end normally.
  public enum Unfinished: String, Sendable {
    /// It has not begun, for example because its pipeline is invalid.
    case notStarted = "not-started"
    /// It is running, or was killed without leaving a message.
    case running
    /// It began but could not continue, for example because the disk is full.
    case brokenOff = "broken-off"
  }

  /// How many of the last lines of a failed stage's log are shown.
  static let logLines = 20

  /// A stage that failed or was interrupted.
  struct Failure: Sendable {
    let row: StageRunRow
    let log: [String]
  }

  let facts: RunFacts
  /// The exit code of the command.
  let exit: Int
  /// The comparison with an earlier run, if there is one.
  let report: RegressionReport?
  /// A remark on the comparison, such as that there was nothing to compare with.
  let note: String?
  let failures: [Failure]

  /// Summarises a finished run; `exit` is the command's exit code, which a regression can raise
  /// above the recorded one.
  ///
  /// - Throws: An error if the record cannot be read. A missing log is omitted.
  public init(
    of run: RunSummary, exit: Int, report: RegressionReport?, note: String?, records: RunRecords,
    objects: ObjectStore
  ) throws(StoreError) {
    self.init(
      of: try RunFacts(run, records), exit: exit, report: report, note: note,
      reader: ArtifactReader(objects))
  }

  /// Summarises a run without its logs if there is no `reader`.
  init(
    of facts: RunFacts, exit: Int, report: RegressionReport? = nil, note: String? = nil,
    reader: ArtifactReader? = nil
  ) {
    self.facts = facts
    (self.exit, self.report, self.note) = (exit, report, note)
    failures = facts.cells.filter { $0.row.status == .failed || $0.row.status == .interrupted }
      .map { cell in
        let log = cell.row.log.flatMap { reader?.tail(of: $0, lines: Self.logLines) } ?? []
        return Failure(row: cell.row, log: log)
      }
  }

  var executed: [StageRunRow] { facts.cells.map(\.row).filter { $0.status == .executed } }
  var skipped: [StageRunRow] { facts.cells.map(\.row).filter { $0.status == .skipped } }
  var checks: [(cell: String, check: CheckRow)] {
    facts.cells.flatMap { cell in cell.checks.map { (cell.row.cell, $0) } }
  }
  var status: String { facts.summary.end?.status.rawValue ?? "unfinished" }

  /// How many cells had each status.
  var counts: [(status: StageStatus, count: Int)] {
    StageStatus.allCases.map { status in (status, facts.cells.count { $0.row.status == status }) }
  }

  // MARK: JSON

  /// The summary as JSON.
  public var json: JSONValue {
    let run = facts.summary
    let unmet = checks.filter { !$0.check.met }
    return [
      "assay-summary": 1, "run": .string(run.run.id), "pipeline": .string(run.run.pipeline),
      "status": .string(status), "exit": .integer(exit),
      "seal": run.end.map { .string($0.seal.hex) } ?? .null,
      "started": .number(run.run.started),
      "finished": run.end.map { .number($0.finished) } ?? .null,
      "seconds": run.seconds.map { .number($0) } ?? .null, "host": .string(run.run.host),
      "command": .string(run.run.command),
      "counts": .object(JSONObject(counts.map { ($0.status.rawValue, .integer($0.count)) })),
      "executed": .array(
        executed.map {
          [
            "cell": .string($0.cell), "reason": .string($0.reason), "seconds": .number($0.seconds),
          ]
        }),
      "failures": .array(
        failures.map {
          [
            "cell": .string($0.row.cell), "status": .string($0.row.status.rawValue),
            "reason": .string($0.row.reason), "log": .array($0.log.map { .string($0) }),
            "scratch": $0.row.scratch.map { .string($0) } ?? .null,
          ]
        }),
      "missing": .array(facts.missing.map(\.json)),
      "skipped": .array(
        skipped.map { ["cell": .string($0.cell), "reason": .string($0.reason)] }),
      "checks-met": .integer(checks.count - unmet.count),
      "unmet-checks": .array(
        unmet.map { cell, check in
          [
            "cell": .string(cell), "metric": .string(check.metric),
            "relation": .string(check.relation), "threshold": Display.json(check.threshold),
            "value": check.value.map(Display.json) ?? .null,
          ]
        }),
      "against": report?.json ?? .null, "note": note.map { .string($0) } ?? .null,
      "regressions": .array((report?.regressions ?? []).map(\.json)),
      "changes": .array((report?.changes ?? []).map(\.json)),
      "divergences": .array(
        facts.divergences.map {
          [
            "cell": .string($0.cell), "port": .string($0.port), "key": .string($0.key.hex),
            "existing": .string($0.existing), "found": .string($0.found),
          ]
        }),
      "warnings": .array(
        facts.events("warning").map { ["cell": .string($0.subject), "text": .string($0.text)] }),
    ]
  }

  /// The placeholder for a summary that does not exist yet, as JSON.
  public static func json(
    _ state: Unfinished, file: String, run: String?, error: String?, exit: Int?, at time: Double
  ) -> JSONValue {
    [
      "assay-summary": 1, "run": run.map { .string($0) } ?? .null, "file": .string(file),
      "status": .string(state.rawValue), "exit": exit.map { .integer($0) } ?? .null,
      "error": error.map { .string($0) } ?? .null, "written": .number(time),
    ]
  }
}

extension RegressionReport {
  /// The baseline of the comparison as JSON.
  fileprivate var json: JSONValue {
    [
      "run": .string(baseline.run.id), "started": .number(baseline.run.started),
      "tolerance": .string(tolerance.text), "unchanged": .integer(unchanged),
      "uncovered": .array(uncovered.map { .string($0) }),
    ]
  }
}

extension RegressionReport.Move {
  /// The move as JSON.
  public var json: JSONValue {
    [
      "cell": .string(cell), "metric": .string(metric),
      "relation": relation.map { .string($0) } ?? .null, "old": old.map(Display.json) ?? .null,
      "new": new.map(Display.json) ?? .null,
    ]
  }
}
