internal import PipelineDSL
internal import Store

/// The cells that a command line selects, and those that run even if they are cached.
struct RunTargets {
  let cells: [Int]
  var forced: Set<Int> = []

  /// Selects the cells named by the arguments after the file, or all if there are none; with
  /// `--only-failed`, only those that failed in the latest run.
  init(_ arguments: Arguments, in pipeline: Pipeline, records: RunRecords?) throws {
    let named = try Workspace.targets(arguments.words.dropFirst(), in: pipeline)
    if arguments.has("--only-failed") {
      guard let records else {
        throw CommandError.usage("--only-failed: no earlier run is recorded")
      }
      cells = try Self.failed(named, in: pipeline, records)
    } else {
      cells = named
    }
    if arguments.has("--force") {
      forced = arguments.words.count > 1 ? Set(cells) : Set(pipeline.closure(of: cells))
    }
  }

  private static func failed(
    _ named: [Int], in pipeline: Pipeline, _ records: RunRecords
  ) throws -> [Int] {
    let latest = try records.run("latest", pipeline: pipeline.name)
    let failed = Set(
      try records.stageRuns(run: latest.run.id)
        .filter { [.failed, .interrupted, .skipped].contains($0.status) }.map(\.cell))
    let cells = named.filter { failed.contains(pipeline.cells[$0].name) }
    guard !cells.isEmpty else {
      throw CommandError.usage("nothing failed in run \(latest.run.id)")
    }
    return cells
  }
}
