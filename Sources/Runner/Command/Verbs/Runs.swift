internal import PipelineDSL
internal import Reports
internal import Store

// The verbs that read the record; their output is produced in Reports.

extension Verb {
  static let runs = Verb(
    name: "runs", usage: "[--pipeline NAME] [--limit N]", summary: "List recorded runs.",
    options: Workspace.storeOptions + [
      Option("--pipeline", value: "NAME", "only runs of this pipeline"),
      Option("--limit", value: "N", "maximum number of runs, newest first (default: 20)"),
      Workspace.json,
    ]
  ) { arguments in
    try arguments.expect(atMost: 0)
    let records = try Workspace(arguments).openRecords()
    let runs = try records.runs(
      limit: try arguments.count("--limit") ?? 20, pipeline: arguments.last("--pipeline"))
    let listing = try RunListing(runs, records: records)
    arguments.printFacts(text: listing.text, json: listing.json)
  }

  static let show = Verb(
    name: "show", usage: "[RUN]", summary: "Show a run: its cells, checks and warnings.",
    options: Workspace.storeOptions + [Workspace.json]
  ) { arguments in
    try arguments.expect(atMost: 1)
    let records = try Workspace(arguments).openRecords()
    let run = try records.run(arguments.words.first ?? "latest")
    let description = try RunDescription(run, records: records)
    arguments.printFacts(text: description.text, json: description.json)
  }

  static let metrics = Verb(
    name: "metrics", usage: "[RUN ...] [--name PATTERN ...] [--history | --times]",
    summary: "Show metrics or times of one or more runs side by side.",
    options: Workspace.storeOptions + [
      Option(
        "--name", value: "PATTERN", "only metrics that match, such as 'test/*'; may be repeated"),
      Option("--history", "every step instead of the last value"),
      Option("--times", "seconds by phase for each evaluated model, instead of metrics"),
      Workspace.json,
    ]
  ) { arguments in
    let records = try Workspace(arguments).openRecords()
    var runs: [RunSummary] = []
    for word in arguments.words.isEmpty ? ["latest"] : arguments.words {
      runs.append(try records.run(word))
    }
    if arguments.has("--times") {
      guard arguments.all("--name").isEmpty, !arguments.has("--history") else {
        throw CommandError.usage("--times cannot be combined with --name or --history")
      }
      let times = try TimeListing(runs, records: records)
      return arguments.printFacts(text: times.text, json: times.json)
    }
    let listing = try MetricListing(
      runs, records: records, names: arguments.all("--name"), history: arguments.has("--history"))
    if let name = listing.unmatched.first {
      throw CommandError.usage("no metric matches '\(name.pattern)'\(name.hint)")
    }
    arguments.printFacts(text: listing.text, json: listing.json)
  }

  static let diff = Verb(
    name: "diff", usage: "RUN RUN",
    summary: "Compare two runs; exit 5 if their results differ.",
    options: Workspace.storeOptions + [
      Workspace.json, Option("--markdown", "output as Markdown"),
      Option("--html", "output as a page, as 'assay report RUN RUN' writes it"),
      Option(
        "--output", short: "-o", value: "FILE",
        "file of the page (default: in RESULTS/reports), with --html"),
    ]
  ) { arguments in
    try arguments.expect(atMost: 2)
    let formats = ["--markdown", "--json", "--html"].filter(arguments.has)
    guard formats.count < 2 else {
      throw CommandError.usage("\(formats[0]) and \(formats[1]) cannot be combined")
    }
    let output = arguments.last("--output")
    guard output == nil || arguments.has("--html") else {
      throw CommandError.usage("--output requires --html")
    }
    let workspace = Workspace(arguments)
    let records = try workspace.openRecords()
    let cache = try workspace.openStore()
    let runs = try [0, 1].map { try records.run(try arguments.word($0, "RUN")) }
    let comparison = try RunComparison(runs[0], runs[1], records: records, cache: cache)
    if arguments.has("--html") {
      let path = try ReportFolder(results: workspace.results)
        .compare(runs, records: records, cache: cache, to: output)
      print("comparison: \(path)")
    } else if arguments.has("--markdown") {
      print(comparison.markdown, terminator: "")
    } else {
      arguments.printFacts(text: comparison.text, json: comparison.json)
    }
    if !comparison.isEqual { throw CommandError.exit(5) }
  }
}

extension Arguments {
  /// Prints facts as text, or as JSON with `--json`.
  func printFacts(text: String, json: JSONValue) {
    print(has("--json") ? JSONPrettyForm.text(of: json) : text, terminator: "")
  }
}
