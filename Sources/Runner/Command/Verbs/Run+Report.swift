internal import Execution
internal import Reports
internal import Store

extension RunCommand {
  /// The report that is written while the run continues, if it is asked for.
  func liveReport(_ board: PlanBoard, stages: [String: String]) -> LiveReport? {
    guard let reportPath, arguments.last("--report") == "live" else { return nil }
    if verbosity == .normal || verbosity == .verbose { print("report: \(reportPath)") }
    let writer = LiveReportWriter(
      run: prepared.request.run, path: reportPath,
      recordPath: Workspace(arguments).recordPath, objects: prepared.cache.objects)
    return LiveReport(writer, stages: stages) { [prepared] in prepared.usualSeconds(board) }
  }

  /// Writes the report of the run as it ended.
  func writeReport() throws {
    guard let reportPath else { return }
    let run = try prepared.records.run(prepared.request.run)
    try ReportFolder.write(
      run, records: prepared.records, objects: prepared.cache.objects, to: reportPath)
  }
}
