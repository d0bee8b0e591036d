internal import PipelineDSL
internal import Reports
internal import Statistics
internal import Store

extension Verb {
  static let diff = Verb(
    name: "diff", usage: "RUN RUN | RUN --between AXIS=VALUE,VALUE [--paired AXIS]",
    summary: "Compare two runs, or two values of an axis inside one run; exit 5 if the results of "
      + "the runs differ.",
    options: Workspace.storeOptions + [
      Option(
        "--between", value: "AXIS=VALUE,VALUE",
        "two values of an axis of one run, compared by cells that differ in nothing else"),
      Option(
        "--paired", value: "AXIS",
        "with --between: axis of the pairs; may be repeated (default: the axes of seeds)"),
      Option(
        "--test", value: "TEST",
        "with --between: t (default), corrected-t (for folds) or wilcoxon"),
      Option(
        "--name", value: "PATTERN",
        "with --between: metrics that match; may be repeated (default: checked and test metrics)"),
      Option("--html", "output as a page, as 'assay report RUN RUN' writes it"),
      Option(
        "--output", short: "-o", value: "FILE",
        "with --html: file of the page (default: in RESULTS/reports)"),
    ] + ListingOptions.all,
    examples: [
      ("assay diff latest~1 latest", "What changed, and what that did to the metrics."),
      (
        "assay diff latest --between augmentation=plain,mixup --paired seed",
        "The gain by mixup over plain images, with interval and test."
      ),
      (
        "assay diff latest~1 latest --sort -difference --columns cell,metric,difference",
        "Only the table of metrics, the largest gain first."
      ),
    ]
  ) { arguments in
    try arguments.requireOneFormat()
    let workspace = Workspace(arguments)
    let records = try workspace.openRecords()
    if let text = arguments.last("--between") {
      if arguments.has("--html") {
        throw CommandError.usage("--html cannot be combined with --between")
      }
      return try compareValues(text, arguments, records)
    }
    if arguments.has("--output"), !arguments.has("--html") {
      throw CommandError.usage("--output requires --html")
    }
    for name in ["--paired", "--test", "--name"] where arguments.has(name) {
      throw CommandError.usage("\(name) requires --between AXIS=VALUE,VALUE")
    }
    try arguments.expect(atMost: 2)
    let filter = try arguments.filter()
    let (a, b) = (
      try records.run(try arguments.word(0, "RUN")), try records.run(try arguments.word(1, "RUN"))
    )
    let cache = try workspace.openStore()
    let comparison = try RunComparison(a, b, records: records, cache: cache)
    if arguments.has("--html") {
      for option in ListingOptions.all where arguments.has(option.name) {
        throw CommandError.usage("--html cannot be combined with \(option.name)")
      }
      let path = try ReportFolder(results: workspace.results)
        .compare([a, b], records: records, cache: cache, to: arguments.last("--output"))
      print("comparison: \(path)")
      if !comparison.isEqual { throw CommandError.exit(5) }
      return
    }
    let isTable = ListingOptions.query.contains { arguments.has($0.name) } || arguments.has("--csv")
    if isTable {
      let cells = try filter.map {
        try RunSelection([b], where: $0, records: records).cells(of: b)
      }
      arguments.printListing(
        try comparison.metricTable(of: cells ?? nil, arguments.listingRequest()))
    } else {
      arguments.printListing(
        text: { comparison.text(width: $0) }, csv: "", markdown: comparison.markdown,
        json: comparison.json)
    }
    if !comparison.isEqual { throw CommandError.exit(5) }
  }

  /// Compares two values of an axis inside one run.
  private static func compareValues(
    _ text: String, _ arguments: Arguments, _ records: RunRecords
  ) throws {
    try arguments.expect(atMost: 1)
    if arguments.has("--where") {
      throw CommandError.usage("--where cannot be combined with --between")
    }
    var request = try ValueRequest(text)
    request.paired = arguments.all("--paired")
    request.metrics = arguments.all("--name")
    if let name = arguments.last("--test") {
      guard let test = ComparisonTest(rawValue: name) else {
        throw CommandError.usage(
          "--test is \(ComparisonTest.allCases.map(\.rawValue).joined(separator: ", ")), not '\(name)'"
        )
      }
      request.test = test
    }
    let run = try records.run(arguments.words.first ?? "latest")
    let comparison = try ValueComparison(request, run: run, records: records)
    let listing = arguments.listingRequest()
    let table = try comparison.table(listing)
    arguments.printListing(
      text: { comparison.text(table, width: $0) }, csv: table.csv,
      markdown: comparison.markdown(table), json: comparison.json(table))
  }
}

extension Arguments {
  /// Prints a table in the format that the options ask for.
  func printListing(_ table: ListingTable) {
    printListing(
      text: { table.text(width: $0) }, csv: table.csv, markdown: table.markdown, json: table.json)
  }
}
