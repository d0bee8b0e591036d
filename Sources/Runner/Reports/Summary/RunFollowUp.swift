internal import Foundation
public import PipelineDSL
public import Store

/// The work around a run: comparing it with an earlier one, and writing its summaries to files.
public final class RunFollowUp {
  /// The earlier run to compare with.
  public enum Baseline: Sendable, Hashable {
    /// The newest good run of the pipeline.
    case lastGood
    /// A run by its id, the start of its id, or a tag.
    case named(String)
  }

  private let file: String
  private let summaries: [String]
  private let baseline: Baseline?
  private let tolerance: RegressionReport.Tolerance
  /// The run to compare with, if it was given by name.
  private var named: RunSummary?
  private var run: String?
  /// The comparison with an earlier run, once the run is over.
  public private(set) var report: RegressionReport?
  /// Why there is no comparison.
  public private(set) var note: String?

  /// The follow-up of a run of the pipeline in `file`.
  ///
  /// Writes placeholder summaries, so that an unwritable file is noticed before hours of work.
  public init(
    file: String, summaries: [String], against baseline: Baseline?,
    tolerance: RegressionReport.Tolerance
  ) throws(StoreError) {
    self.file = file
    self.summaries = summaries
    self.baseline = baseline
    self.tolerance = tolerance
    try write(.notStarted, error: nil, exit: nil)
  }

  /// Finds the named run before this one begins and becomes `latest`.
  public func prepare(_ records: RunRecords, pipeline: Pipeline) throws(StoreError) {
    guard case .named(let name)? = baseline else { return }
    named = try records.run(name, pipeline: name.hasPrefix("latest") ? pipeline.name : nil)
  }

  /// Notes that the run began.
  public func began(_ run: String) {
    self.run = run
    try? write(.running, error: nil, exit: nil)
  }

  /// Notes that the run ended early: it could not start, or could not continue.
  public func ended(error: String?, exit: Int) {
    // Why the run ended matters more than that the file could not be written.
    try? write(run == nil ? .notStarted : .brokenOff, error: error, exit: exit)
  }

  /// Compares a finished run, records regressions and writes the summaries.
  ///
  /// Returns the exit code of the command: that of the run, or 1 for a regression.
  public func finish(
    _ id: String, exit: Int, records: RunRecords, objects: ObjectStore
  ) throws(StoreError) -> Int {
    let run = try records.run(id)
    if baseline != nil { try compare(run, records) }
    let regressions = report?.regressions ?? []
    let exit = exit == 0 && !regressions.isEmpty ? 1 : exit
    guard !summaries.isEmpty else { return exit }
    let summary = try OutcomeSummary(
      of: run, exit: exit, report: report, note: note, records: records, objects: objects)
    try write(json: { summary.json }, markdown: { summary.markdown })
    return exit
  }

  private func compare(_ run: RunSummary, _ records: RunRecords) throws(StoreError) {
    let earlier =
      if let named { named as RunSummary? } else {
        try RegressionReport.lastGood(before: run, records: records)
      }
    guard let earlier else {
      note = "no earlier good run of '\(run.run.pipeline)' to compare with"
      return
    }
    let report = try RegressionReport(
      of: run, against: earlier, tolerance: tolerance, records: records)
    self.report = report
    // Outside the seal, which was set when the run ended; excludes this run as a baseline.
    for move in report.regressions {
      try records.add(
        EventRow(
          run: run.run.id, kind: "regression", subject: move.cell,
          text: "\(move.text), against \(earlier.run.id)", at: Date().timeIntervalSince1970))
    }
  }

  // MARK: Files

  private func write(
    _ state: OutcomeSummary.Unfinished, error: String?, exit: Int?
  ) throws(StoreError) {
    let now = Date().timeIntervalSince1970
    try write(
      json: {
        OutcomeSummary.json(state, file: file, run: run, error: error, exit: exit, at: now)
      },
      markdown: {
        OutcomeSummary.markdown(state, file: file, run: run, error: error, exit: exit, at: now)
      })
  }

  private func write(json: () -> JSONValue, markdown: () -> String) throws(StoreError) {
    for path in summaries {
      let text = path.hasSuffix(".json") ? JSONPrettyForm.text(of: json()) : markdown()
      do {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url, options: .atomic)
      } catch {
        throw StoreError(
          path: path, "cannot be written", system: systemReason(of: error))
      }
    }
  }
}
