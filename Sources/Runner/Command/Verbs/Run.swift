internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Stages
internal import Store

extension Verb {
  static let run = Verb(
    name: "run", usage: "FILE [STAGE | CELL ...]",
    summary:
      "Run everything that is not cached, and record it; run again to continue after a failure.",
    options: Workspace.pipelineOptions + Workspace.storeOptions + RunFollowUp.options
      + ProfileOptions.all + [
        Option("--force", short: "-f", "run the named stages (or all) even if they are cached"),
        Option("--only-failed", "only cells that failed in the latest run of this pipeline"),
        Option("--fail-fast", "no new cells after the first failure"),
        Option("--jobs", short: "-j", value: "N", "maximum number of cells at the same time"),
        Option("--cpus", value: "N", "number of processors (default: all)"),
        Option(
          "--memo", value: "SIZE",
          "maximum size of the memo, such as \"8 GiB\" (default), or 0"),
        Option(
          "--report", word: "live",
          "report in RESULTS/reports; with 'live', rewritten while the run continues"),
        Option("--dry-run", short: "-n", "the plan of this command line, without running anything"),
        Option("--quiet", short: "-q", "only failures and the end"),
        Option("--verbose", short: "-v", "also every cached cell and every metric"),
        Option(
          "--estimate", "with --dry-run: time, memory and space of the run, as in 'assay plan'"),
        Workspace.json,
      ] + RunRemote.options,
    examples: [
      (
        "assay run Pipelines/demo.json",
        "Run what is not cached; run it again to continue after a failure."
      ),
      (
        "assay run study.json 'model@backbone=vgg16' --set epochs=5",
        "One cell and what it needs, with another parameter."
      ),
      (
        "assay run study.json --remote rclone:lab:assay --give-back",
        "Take results from storage that rclone reaches, and copy new ones there."
      ),
      (
        "assay run study.json --against last-good --summary night.md",
        "A nightly run that fails if a checked metric got worse."
      ),
      (
        "assay run study.json --profile cluster.json --detach",
        "Submit to a cluster and return; 'assay attach' waits for the results."
      ),
    ]
  ) { arguments in
    try RunRemote.checkOptions(arguments)
    if arguments.has("--dry-run") { return try PlannedPipeline(arguments).show(arguments) }
    if arguments.has("--estimate") { throw CommandError.usage("--estimate requires --dry-run") }
    NumericEnvironment.pin()
    try RunCommand.run(arguments, commandLine: ["assay"] + CommandLine.arguments.dropFirst())
  }
}

/// Converts the command line of `assay run` to a request, and the outcome to text.
struct RunCommand {
  let arguments: Arguments
  let pipeline: Pipeline
  let prepared: PreparedRun
  /// The path of the report, if one is to be written.
  let reportPath: String?

  /// Runs a command line to its end; throws the exit code unless it is 0.
  static func run(_ arguments: Arguments, commandLine: [String]) throws {
    let followUp = try RunFollowUp(arguments)
    let exit = try followUp.following {
      try RunCommand(arguments, commandLine: commandLine).execute(followUp)
    }
    if exit != 0 { throw CommandError.exit(exit) }
  }

  private init(_ arguments: Arguments, commandLine: [String]) throws {
    self.arguments = arguments
    let workspace = Workspace(arguments)
    let pipeline = try Workspace.pipeline(arguments)
    self.pipeline = pipeline
    var request = try Self.request(arguments, pipeline)
    request.commandLine = commandLine
    if !arguments.has("--only-failed") {
      let named = try Workspace.targets(arguments.words.dropFirst(), in: pipeline)
      try request.requireResources()
      try Workspace.checkLocations(named, of: pipeline)
    }
    prepared = try PreparedRun(
      request, storeRoot: workspace.storeRoot, recordPath: workspace.recordPath,
      catalogue: StageCatalogue.all
    ) { records in
      let targets = try RunTargets(arguments, in: pipeline, records: records)
      return (targets.cells, targets.forced)
    }
    reportPath =
      arguments.has("--report")
      ? ReportFolder(results: workspace.results).report(prepared.request.run) : nil
  }

  private static func request(_ arguments: Arguments, _ pipeline: Pipeline) throws -> RunRequest {
    let machine = Machine.current
    let processors = min(try arguments.count("--cpus") ?? .max, machine.processors)
    let (executable, environment) = try Workspace.workers()
    var request = RunRequest(
      pipeline: pipeline, machine: Machine(processors: processors, memory: machine.memory),
      executable: executable, environment: environment)
    request.jobs = try arguments.count("--jobs") ?? processors
    request.failFast = arguments.has("--fail-fast")
    if let text = arguments.last("--memo") {
      guard let bytes = text == "0" ? 0 : ByteCount.parse(text) else {
        throw CommandError.usage("--memo takes a size such as \"8 GiB\" or 0, not '\(text)'")
      }
      request.memo = bytes
    }
    if let seconds = try LeaseSeconds.value(in: environment) { request.leasePatience = seconds }
    request.profile = try ProfileOptions.profile(arguments)
    request.detaches = arguments.has("--detach")
    request.onInterrupt = try ProfileOptions.onInterrupt(arguments)
    request.facts = AssayVersion.facts
    if request.profile.executor != .local {
      request.facts["executor"] = request.profile.executor.rawValue
    }
    let axes = try AxisOption.axes(arguments)
    if !axes.isEmpty {
      request.facts[RunRequest.axesFact] = JSONCanonicalForm.text(of: axes.json)
    }
    return request
  }

  /// Runs to the end and prints the outcome; returns the exit code.
  func execute(_ followUp: RunFollowUp) throws -> Int {
    try followUp.prepare(prepared.records, pipeline: pipeline)
    var board = try prepared.board()
    let remote = RunRemote(arguments, into: prepared.cache)
    board.remote = remote.results
    let stages = board.wanted.filter { board.missingData.blocked[$0] == nil }
      .map { (pipeline.cells[$0].name, pipeline.cells[$0].stage) }
    let view = ProgressView(
      stages: Dictionary(uniqueKeysWithValues: stages), verbosity: verbosity
    ) { [prepared, board] in prepared.usualSeconds(board) }
    defer { view.finish() }
    let live = liveReport(board, stages: Dictionary(uniqueKeysWithValues: stages))
    let outcome: RunOutcome
    do {
      outcome = try prepared.execute(board) { event in
        if case .began(let run, _) = event { followUp.began(run) }
        view.show(event)
        live?.show(event)
      }
    } catch {
      // The page must not look as if the run were still active; why it ended matters more.
      live?.finish()
      try? writeReport()
      throw error
    }
    live?.finish()
    view.finish()
    do throws(StoreError) { try prepared.keepResults() } catch {
      FileHandle.standardError.write(Data("assay: warning: \(error)\n".utf8))
    }
    let given = remote.giveBack(outcome.run, prepared.records, from: prepared.cache)
    let exit = try followUp.finish(
      outcome.run, exit: outcome.exit, records: prepared.records, objects: prepared.cache.objects)
    try writeReport()
    if arguments.has("--json") {
      print(JSONPrettyForm.text(of: try json(outcome, followUp)), terminator: "")
    } else {
      summarise(outcome)
      try summariseScores(outcome)
      summarise(followUp)
      if let given { print(given) }
      if let reportPath { print("report: \(reportPath)") }
      for line in nextSteps(outcome) { print(line) }
    }
    return exit
  }

  var verbosity: Verbosity {
    if arguments.has("--json") { return .silent }
    return arguments.has("--quiet") ? .quiet : arguments.has("--verbose") ? .verbose : .normal
  }

  // MARK: Text

  private func summarise(_ outcome: RunOutcome) {
    let counts = [StageStatus.hit, .executed, .failed, .skipped, .interrupted]
      .compactMap { status in outcome.counts[status].map { "\($0) \(status.rawValue)" } }
      .joined(separator: ", ")
    print(
      "run \(outcome.run) \(outcome.status.rawValue) in \(Display.seconds(outcome.seconds)): \(counts)"
    )
    if !outcome.missing.blocked.isEmpty {
      print("\(Display.count(outcome.missing.blocked.count, "cell")) could not run: data missing")
      for location in outcome.missing.locations {
        print("  \(location.sentence)")
        print("    \(location.remedy)")
      }
    }
    for failure in outcome.failures { printBlock(failure) }
    for (cell, check, value) in outcome.unmet {
      let found = value.map { JSONCanonicalForm.text(of: $0) } ?? "no such metric"
      print("check not met: \(cell): \(check.text), found \(found)")
    }
  }

  private func summarise(_ followUp: RunFollowUp) {
    if let note = followUp.note { print("note: \(note)") }
    guard let report = followUp.report else { return }
    for move in report.regressions { print("regression: \(move.text)") }
    print(
      "against run \(report.baseline.run.id): "
        + Display.count(report.regressions.count, "regression") + ", "
        + Display.count(report.changes.count, "other metric")
        + " moved, \(report.unchanged) unchanged")
  }

  /// Prints everything needed to investigate a failed stage and to try again.
  private func printBlock(_ failure: StageReport) {
    print("\nfailed: \(failure.cell)")
    print("  reason:  \(failure.reason)")
    if let hint = failure.hint { print("  hint:    \(hint)") }
    if !failure.log.isEmpty {
      print("  log, last \(failure.log.count) lines:")
      for line in failure.log { print("    \(line)") }
    }
    print("  scratch: \(failure.attempt)")
    print("  repeat:  \(repeatCommand(failure.cell))")
  }

  private func json(_ outcome: RunOutcome, _ followUp: RunFollowUp) throws -> JSONValue {
    [
      "run": .string(outcome.run), "report": reportPath.json,
      "status": .string(outcome.status.rawValue),
      "seconds": .number(outcome.seconds),
      "counts": .object(
        JSONObject(
          outcome.counts.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { ($0.key.rawValue, .integer($0.value)) })),
      "missing": .array(outcome.missing.locations.map(\.json)),
      "failures": .array(
        outcome.failures.map {
          [
            "cell": .string($0.cell), "reason": .string($0.reason), "hint": $0.hint.json,
            "log": $0.log.json, "scratch": .string($0.attempt),
            "repeat": .string(repeatCommand($0.cell)),
          ]
        }),
      "divergences": .array(
        try prepared.records.divergences(run: outcome.run).filter { $0.run != nil }.map {
          [
            "cell": .string($0.cell), "port": .string($0.port), "key": .string($0.key.hex),
            "existing": .string($0.existing), "found": .string($0.found), "file": $0.file.json,
          ]
        }),
      "unmet-checks": .array(
        outcome.unmet.map {
          ["cell": .string($0.cell), "check": .string($0.check.text), "value": $0.value.json]
        }),
      "against": (followUp.report?.baseline.run.id).json,
      "regressions": .array((followUp.report?.regressions ?? []).map(\.json)),
    ]
  }
}
