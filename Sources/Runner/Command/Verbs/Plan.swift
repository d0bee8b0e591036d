internal import Execution
internal import PipelineDSL
internal import Store

extension Verb {
  static let plan = Verb(
    name: "plan", usage: "FILE [STAGE | CELL ...]",
    summary: "Say what a run would do: what is known, what would run and why.",
    options: Workspace.pipelineOptions + Workspace.storeOptions + [
      Option("--cells", "a line a cell; else cells of a stage with one reason share a line"),
      Option("--exit-code", "exit 4 if anything would run"), Workspace.json,
    ]
  ) { arguments in
    let planned = try PlannedPipeline(arguments)
    planned.show(arguments)
    if arguments.has("--exit-code"), !planned.isUpToDate { throw CommandError.exit(4) }
  }

  static let status = Verb(
    name: "status", usage: "FILE [STAGE | CELL ...]",
    summary: "Say whether everything is up to date; with -q by the exit code alone.",
    options: Workspace.pipelineOptions + Workspace.storeOptions + [
      Workspace.json, Option("--quiet", short: "-q", "print nothing; exit 4 if out of date"),
    ]
  ) { arguments in
    let planned = try PlannedPipeline(arguments)
    if arguments.has("--quiet") {
      if !planned.isUpToDate { throw CommandError.exit(4) }
      return
    }
    if arguments.has("--json") {
      return print(JSONPrettyForm.text(of: planned.json()), terminator: "")
    }
    for stage in planned.pipeline.stages {
      let cells = stage.cells.filter { planned.board.wanted.contains($0) }
      let known = cells.count { planned.board.record(of: $0) != nil }
      guard !cells.isEmpty else { continue }
      print(
        "\(known == cells.count ? "up to date" : "out of date")  \(stage.name)"
          + (cells.count > 1 ? "  (\(known) of \(cells.count) cells known)" : ""))
    }
    print(planned.summary)
  }
}

extension PlannedPipeline {
  /// Prints the plan as the options ask for it; also what `run --dry-run` prints.
  func show(_ arguments: Arguments) {
    if arguments.has("--json") {
      return print(JSONPrettyForm.text(of: json()), terminator: "")
    }
    for line in arguments.has("--cells") ? cellLines : stageLines { print(line) }
    print(summary)
  }
}
