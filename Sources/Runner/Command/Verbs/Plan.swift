internal import Execution
internal import PipelineDSL
internal import Reports
internal import Store

extension Verb {
  static let plan = Verb(
    name: "plan", usage: "FILE [STAGE | CELL ...]",
    summary: "Show what a run would do: what is cached, what would run, and why.",
    options: Workspace.pipelineOptions + Workspace.storeOptions + [
      Option("--cells", "one line per cell, instead of one per stage and reason"),
      Option(
        "--estimate", "time, memory and space of the run, from recorded executions on this machine"),
      Option(
        "--jobs", short: "-j", value: "N",
        "with --estimate: maximum number of cells at the same time"),
      Option("--cpus", value: "N", "with --estimate: number of processors (default: all)"),
      Option("--exit-code", "exit code 4 if anything would run or data are missing"),
      Workspace.json,
    ],
    examples: [
      ("assay plan Pipelines/demo.json", "What a run would do, and why."),
      (
        "assay plan study.json 'model@backbone=vgg16' --estimate",
        "One cell and what it needs: how long that would take."
      ),
    ]
  ) { arguments in
    let planned = try PlannedPipeline(arguments)
    try planned.show(arguments)
    if arguments.has("--exit-code"), !planned.plan.isUpToDate { throw CommandError.exit(4) }
  }

  static let status = Verb(
    name: "status", usage: "FILE [STAGE | CELL ...]",
    summary: "Show whether everything is up to date; with -q, only by the exit code.",
    options: Workspace.pipelineOptions + Workspace.storeOptions + [
      Workspace.json, Option("--quiet", short: "-q", "no output; exit code 4 if out of date"),
    ],
    examples: [
      ("assay status study.json", "Which stages are up to date."),
      ("assay status -q study.json", "In a script: exit code 4 if something is out of date."),
    ]
  ) { arguments in
    let planned = try PlannedPipeline(arguments)
    if arguments.has("--quiet") {
      if !planned.plan.isUpToDate { throw CommandError.exit(4) }
      return
    }
    if arguments.has("--json") {
      return print(JSONPrettyForm.text(of: planned.json()), terminator: "")
    }
    let wanted = Set(planned.plan.board.wanted)
    for stage in planned.pipeline.stages {
      let cells = stage.cells.filter(wanted.contains)
      let known = cells.count { planned.plan.board.record(of: $0) != nil }
      guard !cells.isEmpty else { continue }
      let blocked = cells.count { planned.plan.board.missingData.blocked[$0] != nil }
      var notes = cells.count > 1 ? ["\(known) of \(cells.count) cells cached"] : []
      if blocked > 0 { notes.append("data missing for \(Display.count(blocked, "cell"))") }
      print(
        "\(known == cells.count ? "up to date" : "out of date")  \(stage.name)"
          + (notes.isEmpty ? "" : "  (\(notes.joined(separator: "; ")))"))
    }
    print(planned.summary)
    for line in planned.missingLines { print(line) }
    for line in Workspace(arguments).jobLines { print(line) }
  }
}

extension PlannedPipeline {
  /// Prints the plan in the form the options select; also used by `run --dry-run`.
  func show(_ arguments: Arguments) throws {
    let estimate = arguments.has("--estimate") ? try estimate(arguments) : nil
    if arguments.has("--json") {
      let cells = json()
      let all = estimate.map { ["cells": cells, "estimate": $0.json] as JSONValue } ?? cells
      return print(JSONPrettyForm.text(of: all), terminator: "")
    }
    for line in arguments.has("--cells") ? cellLines : stageLines { print(line) }
    print(summary)
    for line in missingLines { print(line) }
    if let estimate { print("\n" + estimate.text, terminator: "") }
  }
}
