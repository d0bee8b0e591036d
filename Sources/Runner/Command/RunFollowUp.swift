internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Store

/// What a run is asked for beyond running: to be held against an earlier one, and summed up in
/// files.
final class RunFollowUp {
  /// The options of `run` that ask for it.
  static let options = [
    Option(
      "--against", value: "RUN",
      "exit code 1 if a checked metric is worse than in RUN, or in the newest good run (last-good)"),
    Option(
      "--tolerance", value: "N | N%",
      "tolerated loss of a checked metric, with --against (default: 0)"),
    Option(
      "--summary", value: "FILE",
      "summary as FILE.json or FILE.md, written even if the run fails; may be repeated"),
  ]

  private let file: String
  private let summaries: [String]
  private let against: String?
  private let tolerance: RegressionReport.Tolerance
  /// The run to hold against, if it was named.
  private var named: RunSummary?
  private var run: String?
  /// How the run was held against an earlier one, once it is over.
  private(set) var report: RegressionReport?
  /// Why it was not, or what is to be said of it.
  private(set) var note: String?

  /// Reads the options, and sees that the files can be written before hours have gone into a run.
  init(_ arguments: Arguments) throws {
    file = try arguments.word(0, "FILE")
    summaries = arguments.all("--summary")
    against = arguments.last("--against")
    let text = arguments.last("--tolerance")
    guard text == nil || against != nil else {
      throw CommandError.usage("--tolerance requires --against RUN")
    }
    let zero = RegressionReport.Tolerance.zero
    guard let tolerance = text.map({ RegressionReport.Tolerance($0) }) ?? zero else {
      throw CommandError.usage(
        "--tolerance takes a number such as 0.01, or a share such as 2%, not '\(text ?? "")'")
    }
    self.tolerance = tolerance
    for path in summaries where !path.hasSuffix(".json") && !path.hasSuffix(".md") {
      throw CommandError.usage("--summary takes FILE.json or FILE.md, not '\(path)'")
    }
    try write(.notStarted, error: nil, exit: nil)
  }

  /// Does the work of a run; whatever ends it early is written down.
  func following<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch {
      let ending = ErrorEnding(error)
      // Why the run ended matters more than that the file cannot be written either.
      try? write(
        run == nil ? .notStarted : .brokenOff, error: ending.text, exit: ending.code)
      throw error
    }
  }

  /// Finds the run that was named, before this one begins and takes the name `latest`.
  func prepare(_ records: RunRecords, pipeline: Pipeline) throws {
    guard let against, against != "last-good" else { return }
    named = try records.run(against, pipeline: against.hasPrefix("latest") ? pipeline.name : nil)
  }

  /// Takes note of what happens in the run.
  func observe(_ event: RunEvent) {
    guard case .began(let run, _) = event else { return }
    self.run = run
    try? write(.running, error: nil, exit: nil)
  }

  /// Holds a run that is over against the earlier one, records regressions and writes the
  /// summaries; gives the exit code of the command.
  func finish(_ outcome: RunOutcome, records: RunRecords, objects: ObjectStore) throws -> Int {
    let run = try records.run(outcome.run)
    if against != nil { try compare(run, records) }
    let regressions = report?.regressions ?? []
    let exit = outcome.exit == 0 && !regressions.isEmpty ? 1 : outcome.exit
    guard !summaries.isEmpty else { return exit }
    let summary = try OutcomeSummary(
      of: run, exit: exit, report: report, note: note, records: records, objects: objects)
    try write(json: { summary.json }, markdown: { summary.markdown })
    return exit
  }

  private func compare(_ run: RunSummary, _ records: RunRecords) throws {
    guard let baseline = try named ?? RegressionReport.lastGood(before: run, records: records)
    else {
      note = "no earlier good run of '\(run.run.pipeline)' to compare with"
      return
    }
    let report = try RegressionReport(
      of: run, against: baseline, tolerance: tolerance, records: records)
    self.report = report
    // Outside the seal, which was set when the run ended; so that this run never counts as good.
    for move in report.regressions {
      try records.add(
        EventRow(
          run: run.run.id, kind: "regression", subject: move.cell,
          text: "\(move.text), against \(baseline.run.id)", at: Date().timeIntervalSince1970))
    }
  }

  // MARK: Files

  private func write(
    _ state: OutcomeSummary.Unfinished, error: String?, exit: Int?
  ) throws {
    let now = Date().timeIntervalSince1970
    try write(
      json: {
        OutcomeSummary.json(state, file: file, run: run, error: error, exit: exit, at: now)
      },
      markdown: {
        OutcomeSummary.markdown(state, file: file, run: run, error: error, exit: exit, at: now)
      })
  }

  private func write(json: () -> JSONValue, markdown: () -> String) throws {
    for path in summaries {
      let text = path.hasSuffix(".json") ? JSONPrettyForm.text(of: json()) : markdown()
      do {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url, options: .atomic)
      } catch {
        throw CommandError.failed("\(path): cannot be written: \(error.localizedDescription)")
      }
    }
  }
}
