internal import PipelineDSL
internal import Reports
internal import Store

// The verbs that list runs and their metrics; their output is produced in Reports.

extension Verb {
  static let runs = Verb(
    name: "runs", usage: "[--pipeline NAME] [--where EXPRESSION] [--sort COLUMN] [--limit N]",
    summary: "List recorded runs.",
    options: Workspace.storeOptions + [
      Option("--pipeline", value: "NAME", "only runs of this pipeline"),
      Option("--limit", value: "N", "maximum number of runs (default: 20, newest first)"),
    ] + ListingOptions.all,
    examples: [
      ("assay runs", "The last 20 runs."),
      (
        "assay runs --where 'metric.test/macro-f1 > 0.9 and axis.backbone = vgg16'",
        "Runs with a cell of VGG16 that reached this score."
      ),
      (
        "assay runs --sort -metric.test/accuracy --columns run,started,metric.test/accuracy",
        "The runs with the highest accuracy; of several cells, the range is shown."
      ),
    ]
  ) { arguments in
    try arguments.expect(atMost: 0)
    try arguments.requireOneFormat()
    let filter = try arguments.filter()
    let records = try Workspace(arguments).openRecords()
    let limit = try arguments.count("--limit") ?? 20
    let request = arguments.listingRequest(limit: limit)
    // Without a filter or an order, only the runs that are shown are read.
    let runs = try records.runs(
      limit: filter == nil && request.sort == nil ? limit : .max,
      pipeline: arguments.last("--pipeline"))
    let selection = try RunSelection(runs, where: filter, records: records)
    let listing = try RunListing(selection, records: records, request: request)
    let table = listing.table
    arguments.printListing(
      text: { table.text(width: $0) + Workspace(arguments).jobLines.map { $0 + "\n" }.joined() },
      csv: table.csv, markdown: table.markdown, json: listing.json)
  }

  static let show = Verb(
    name: "show", usage: "[RUN]", summary: "Show a run: its cells, checks and warnings.",
    options: Workspace.storeOptions + [Workspace.json],
    examples: [
      ("assay show", "The latest run."), ("assay show best --json", "The run with the tag 'best'."),
    ]
  ) { arguments in
    try arguments.expect(atMost: 1)
    let records = try Workspace(arguments).openRecords()
    let run = try records.run(arguments.words.first ?? "latest")
    let description = try RunDescription(run, records: records)
    arguments.printFacts(text: description.text, json: description.json)
  }

  static let metrics = Verb(
    name: "metrics", usage: "[RUN ...] [--name PATTERN ...] [--history | --times]",
    summary: "Show metrics or times of one or more runs side by side: of the latest run or, with "
      + "--where, of all runs, unless some are named.",
    options: Workspace.storeOptions + [
      Option(
        "--name", value: "PATTERN", "only metrics that match, such as 'test/*'; may be repeated"),
      Option("--history", "every step instead of the last value"),
      Option("--times", "seconds by phase for each evaluated model, instead of metrics"),
    ] + ListingOptions.all,
    examples: [
      ("assay metrics --name 'test/*'", "The test metrics of the latest run."),
      ("assay metrics latest~1 latest --sort -test/macro-f1", "Cells of two runs, best first."),
      (
        "assay metrics --where 'axis.backbone = vgg16' --columns run,axis.seed,test/accuracy --csv",
        "One metric of all runs of a network, for a spreadsheet."
      ),
    ]
  ) { arguments in
    try arguments.requireOneFormat()
    let filter = try arguments.filter()
    let records = try Workspace(arguments).openRecords()
    var runs: [RunSummary] = []
    if arguments.words.isEmpty, filter != nil { runs = try records.runs() }
    for word in arguments.words.isEmpty && filter == nil ? ["latest"] : arguments.words {
      runs.append(try records.run(word))
    }
    if arguments.has("--times") { return try printTimes(of: runs, records, arguments) }
    let selection = try RunSelection(runs, where: filter, records: records)
    let listing = try MetricListing(
      selection, records: records, names: arguments.all("--name"),
      history: arguments.has("--history"), request: arguments.listingRequest())
    if let name = listing.unmatched.first, !selection.runs.isEmpty {
      throw CommandError.usage("no metric matches '\(name.pattern)'\(name.hint)")
    }
    arguments.printListing(
      text: { listing.text(width: $0) }, csv: listing.csv, markdown: listing.markdown,
      json: listing.json)
  }

  private static func printTimes(
    of runs: [RunSummary], _ records: RunRecords, _ arguments: Arguments
  ) throws {
    let others = ["--name", "--history"] + ListingOptions.all.map(\.name)
    if let other = others.first(where: { $0 != Workspace.json.name && arguments.has($0) }) {
      throw CommandError.usage("--times cannot be combined with \(other)")
    }
    let times = try TimeListing(runs, records: records)
    arguments.printFacts(text: times.text(width: TerminalWidth.ofOutput), json: times.json)
  }
}

extension Arguments {
  /// Prints facts as text, or as JSON with `--json`.
  func printFacts(text: String, json: JSONValue) {
    print(has("--json") ? JSONPrettyForm.text(of: json) : text, terminator: "")
  }
}
