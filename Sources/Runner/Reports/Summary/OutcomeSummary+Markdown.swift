internal import PipelineDSL
internal import Store

extension OutcomeSummary {
  /// The summary as Markdown, the most important sections first; empty sections are left out.
  public var markdown: String {
    let run = facts.summary
    var head = TextTable([.left("run"), .left(run.run.id)])
    head.append(["pipeline", run.run.pipeline])
    head.append(["status", "\(status), exit code \(exit)"])
    head.append(["started", "\(Display.time(run.run.started)) on \(run.run.host)"])
    if let seconds = run.seconds { head.append(["took", Display.seconds(seconds)]) }
    let counted = counts.filter { $0.count > 0 }.map { "\($0.count) \($0.status.rawValue)" }
    head.append(["cells", counted.isEmpty ? "none" : counted.joined(separator: ", ")])
    if let report {
      head.append([
        "against",
        "\(report.baseline.run.id) of \(Display.time(report.baseline.run.started)), "
          + "tolerance \(report.tolerance.text)",
      ])
    }
    if let seal = run.end?.seal { head.append(["seal", seal.hex]) }
    return TextDocument(
      title: "\(run.run.pipeline): \(verdict)", head: [.table(head)],
      sections: [
        failureSection, missingSection, checkSection, regressionSection, changeSection,
        executedSection, divergenceSection, warningSection,
      ].compactMap(\.self)
    ).markdown
  }

  /// The outcome of the run in a few words.
  var verdict: String {
    let regressions = report?.regressions.count ?? 0
    let unmet = checks.count { !$0.check.met }
    var parts: [String] = []
    if !failures.isEmpty { parts.append(Display.count(failures.count, "stage") + " failed") }
    if facts.lacking > 0 {
      parts.append("\(Display.count(facts.lacking, "cell")) could not run: data missing")
    }
    if unmet > 0 { parts.append(Display.count(unmet, "check") + " not met") }
    if regressions > 0 { parts.append(Display.count(regressions, "regression")) }
    if status == "interrupted" { parts = ["interrupted"] }
    guard parts.isEmpty else { return parts.joined(separator: ", ") }
    guard exit == 0 else { return status }
    return executed.isEmpty
      ? "good, nothing had to run" : "good, \(Display.count(executed.count, "cell")) ran"
  }

  private static func section<Row>(
    _ title: String, _ summary: String, _ columns: [TextTable.Column], _ rows: [Row],
    _ fields: (Row) -> [String]
  ) -> TextDocument.Section? {
    guard !rows.isEmpty else { return nil }
    var table = TextTable(columns)
    for row in rows.prefix(TextDocument.limit) { table.append(fields(row)) }
    return .init(title, summary, [.table(table)] + rest(rows.count))
  }

  private static func rest(_ count: Int) -> [TextDocument.Block] {
    let left = count - TextDocument.limit
    return left > 0 ? [.lines(["and \(left) more; the JSON summary lists all"])] : []
  }

  private var failureSection: TextDocument.Section? {
    let skipped = skipped.filter { !$0.lacksData }
    guard !failures.isEmpty || !skipped.isEmpty else { return nil }
    var blocks: [TextDocument.Block] = []
    for failure in failures.prefix(TextDocument.limit) {
      let row = failure.row
      blocks.append(.lines(["\(row.cell) \(row.status.rawValue): \(row.reason)"]))
      blocks.append(.log(failure.log))
      if let scratch = row.scratch { blocks.append(.lines(["scratch folder: \(scratch)"])) }
    }
    blocks += Self.rest(failures.count)
    return .init(
      "failures",
      "\(failures.count) failed or interrupted, \(skipped.count) skipped or not started",
      blocks)
  }

  private var missingSection: TextDocument.Section? {
    Self.section(
      "data missing", "\(Display.count(facts.lacking, "cell")) could not run",
      [.left("stages"), .left("location"), .left("problem"), .left("where to get it")],
      facts.missing
    ) {
      [$0.stages.joined(separator: ", "), $0.path, $0.problem, $0.whereToGet ?? ""]
    }
  }

  private var checkSection: TextDocument.Section? {
    let unmet = checks.filter { !$0.check.met }
    return Self.section(
      "checks not met", "\(unmet.count) of \(checks.count)",
      [.left("cell"), .left("metric"), .left("relation"), .right("threshold"), .right("found")],
      unmet
    ) { cell, check in
      [
        cell, check.metric, check.relation, Display.number(check.threshold),
        check.value.map(Display.number) ?? "none",
      ]
    }
  }

  private static let moveColumns: [TextTable.Column] = [
    .left("cell"), .left("metric"), .left("relation"), .right("old"), .right("new"),
    .right("difference"),
  ]

  private static func fields(_ move: RegressionReport.Move) -> [String] {
    var difference = ""
    if let old = move.old, let new = move.new { difference = Display.difference(new - old) }
    return [
      move.cell, move.metric, move.relation ?? "", move.old.map(Display.number) ?? "none",
      move.new.map(Display.number) ?? "none", difference,
    ]
  }

  private var regressionSection: TextDocument.Section? {
    guard let report, !report.regressions.isEmpty else { return nil }
    return Self.section(
      "regressions", "worse than their check allows by more than \(report.tolerance.text)",
      Self.moveColumns, report.regressions, Self.fields)
  }

  private var changeSection: TextDocument.Section? {
    guard let report else {
      return note.map { .init("changes", $0) }
    }
    var lines = note.map { [$0] } ?? []
    if !report.uncovered.isEmpty {
      lines.append(
        "the earlier run has no value for "
          + report.uncovered.prefix(5).joined(separator: ", ")
          + (report.uncovered.count > 5 ? " and \(report.uncovered.count - 5) more" : ""))
    }
    let summary =
      "\(Display.count(report.changes.count, "other metric")) moved, \(report.unchanged) unchanged"
    let table = Self.section("", "", Self.moveColumns, report.changes, Self.fields)
    return .init("changes", summary, [.lines(lines)] + (table?.blocks ?? []))
  }

  private var executedSection: TextDocument.Section? {
    Self.section(
      "executed", Display.count(executed.count, "cell"),
      [.left("cell"), .right("took"), .left("why")], executed
    ) { [$0.cell, Display.seconds($0.seconds), $0.reason] }
  }

  private var divergenceSection: TextDocument.Section? {
    Self.section(
      "divergences", "the same key produced other bytes",
      [.left("cell"), .left("port"), .left("in the store"), .left("found")], facts.divergences
    ) {
      [
        $0.cell, $0.port, Display.text(.string($0.existing)), Display.text(.string($0.found)),
      ]
    }
  }

  private var warningSection: TextDocument.Section? {
    let warnings = facts.events("warning")
    return Self.section(
      "warnings", Display.count(warnings.count, "warning"), [.left("cell"), .left("warning")],
      warnings
    ) { [$0.subject, $0.text] }
  }

  /// The placeholder for a summary that does not exist yet, as Markdown.
  public static func markdown(
    _ state: Unfinished, file: String, run: String?, error: String?, exit: Int?, at time: Double
  ) -> String {
    var head = TextTable([.left("run"), .left(run ?? "none")])
    head.append(["pipeline file", file])
    head.append(["status", state.rawValue + (exit.map { ", exit code \($0)" } ?? "")])
    head.append(["written", Display.time(time)])
    var document = TextDocument(
      title: "\(file): \(state.rawValue)", head: [.table(head)], sections: [])
    if let error {
      document.head.append(
        .log(error.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)))
    }
    return document.markdown
  }
}
