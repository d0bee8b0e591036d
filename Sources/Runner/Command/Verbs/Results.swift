internal import PipelineDSL
internal import Reports
internal import Store

extension Verb {
  static let results = Verb(
    name: "results", usage: "[RUN ...] [--metric NAME ...] [--format FORMAT]",
    summary: "Print tables of results, each value with its interval beside the published one.",
    options: Workspace.storeOptions + [
      Option(
        "--metric", value: "NAME", "metric of a table; may be repeated (default: published ones)"),
      Option("--rows", value: "AXIS", "axis of the rows (default: the one with the most values)"),
      Option("--columns", value: "AXIS", "axis of the columns (default: the next one, or metrics)"),
      Option(
        "--repeats", value: "AXIS",
        "axis over which means are taken; may be repeated (default: seed, fold, repeat)"),
      Option("--note", value: "TEXT", "remark above each table, such as on synthetic images"),
      Option("--times", "also the seconds by phase for each evaluated model"),
      Option("--format", value: "FORMAT", "markdown (default), csv, latex or json"),
    ],
    examples: [
      ("assay results", "Tables of the latest run of each pipeline."),
      (
        "assay results latest --metric test/macro-f1 --format latex",
        "One table of one run, for a paper."
      ),
    ]
  ) { arguments in
    let name = arguments.last("--format") ?? ResultsReport.Format.markdown.rawValue
    guard let format = ResultsReport.Format(rawValue: name) else {
      throw CommandError.usage("--format is markdown, csv, latex or json, not '\(name)'")
    }
    let workspace = Workspace(arguments)
    let records = try workspace.openRecords()
    var runs: [RunSummary] = []
    for word in arguments.words { runs.append(try records.run(word)) }
    if runs.isEmpty { runs = try ResultsReport.latest(records) }
    let report = try ResultsReport(
      runs, records: records, objects: try workspace.openStore().objects,
      request: ResultsRequest(
        rows: arguments.last("--rows"), columns: arguments.last("--columns"),
        metrics: arguments.all("--metric"), repeats: arguments.all("--repeats"),
        note: arguments.last("--note"), times: arguments.has("--times")))
    if let problem = report.problem { throw CommandError.usage(problem) }
    print(report.text(format), terminator: "")
  }
}
