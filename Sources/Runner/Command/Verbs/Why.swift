internal import Execution
internal import PipelineDSL
internal import Reports
internal import Store

extension Verb {
  static let why = Verb(
    name: "why", usage: "FILE STAGE | CELL ...",
    summary: "Explain what changed in the key of a stage, down to a parameter or a file.",
    options: Workspace.pipelineOptions + Workspace.storeOptions + [Workspace.json],
    examples: [
      ("assay why study.json model", "What changed in the keys of a stage."),
      (
        "assay why study.json 'model@backbone=vgg16' --json",
        "The same of one cell, for a program."
      ),
    ]
  ) { arguments in
    _ = try arguments.word(1, "STAGE or CELL")
    let planned = try PlannedPipeline(arguments)
    // Without a record there is nothing to compare with, so its absence is an error.
    _ = try Workspace(arguments).openRecords()
    let targets = try Workspace.targets(arguments.words.dropFirst(), in: planned.pipeline)
    let answers = try targets.map { try Answer($0, planned) }
    if arguments.has("--json") {
      return print(JSONPrettyForm.text(of: .array(answers.map(\.json))), terminator: "")
    }
    let byStage = planned.grouped(answers.indices) { planned.pipeline.cells[targets[$0]].stage }
    for (_, members) in byStage {
      // Cells with the same explanation share an answer.
      for (lines, same) in planned.grouped(members, by: { answers[$0].lines }) {
        let cells = same.map { targets[$0] }
        let name =
          cells.count == 1
          ? planned.pipeline.cells[cells[0]].name
          : "\(planned.pipeline.cells[cells[0]].stage)  \(planned.share(cells, of: members.count))"
        print("\(name): \(lines[0])")
        for line in lines.dropFirst() { print("  " + line) }
      }
    }
  }
}

/// Why a cell is a hit, would run or is undecided.
private struct Answer {
  private let cell: Cell
  private let verdict: RunPlan.Verdict
  private let key: StageKey?
  private let explanation: RunExplainer.Explanation?
  /// For a hit, the execution that produced its result, if this record contains it.
  private let made: StageRunRow?
  /// For an undecided cell, the cells it waits for and why they run.
  private let waits: [(cell: String, stage: String, reason: String)]

  init(_ index: Int, _ planned: PlannedPipeline) throws {
    cell = planned.pipeline.cells[index]
    verdict = planned.plan.verdict(index)
    key = try planned.plan.board.keys[index].map { _ in try planned.plan.board.stageKey(of: index) }
    if let key, let explainer = planned.plan.explainer {
      explanation = try explainer.explain(cell, key: key)
      made = try verdict.state == "hit" ? explainer.execution(of: key.digest) : nil
    } else {
      (explanation, made) = (nil, nil)
    }
    waits = verdict.until.map { index in
      let waited = planned.pipeline.cells[index]
      return (waited.name, waited.stage, planned.plan.verdict(index).reason)
    }
  }

  /// The explanation: the first line follows the cell's name, the others are printed below it.
  var lines: [String] {
    var lines = [verdict.state + (verdict.common.isEmpty ? "" : " (\(verdict.common))")]
    if verdict.state == "hit" {
      let whose = made.map { $0.cell == cell.name ? "" : " for \($0.cell)" } ?? ""
      lines.append(
        made.map { "made by run \($0.run)\(whose): \($0.reason)" }
          ?? "produced by a run that is not in this record")
    }
    var told: [String] = []
    for wait in waits where told.count < 5 {
      let line = "\(wait.stage) runs: \(wait.reason)"
      if !told.contains(line) { told.append(line) }
    }
    lines += told
    guard let explanation else { return lines }
    guard let earlier = explanation.earlier else {
      return lines + ["no earlier run of this stage had another key"]
    }
    let sentences = explanation.sentences
    let whose = earlier.cell == cell.name ? "" : " of \(earlier.cell)"
    let verb = sentences.isEmpty ? "no difference from" : "differs from"
    return lines + ["\(verb) the key\(whose) in run \(earlier.run):"] + sentences.map { "  " + $0 }
  }

  var json: JSONValue {
    [
      "cell": .string(cell.name), "stage": .string(cell.stage), "kind": .string(cell.kind),
      "state": .string(verdict.state), "reason": .string(verdict.reason),
      "key": (key?.digest.hex).json,
      "earlier-key": (explanation?.earlier?.key.hex).json,
      "earlier-cell": (explanation?.earlier?.cell).json,
      "earlier-run": (explanation?.earlier?.run).json,
      "changes": .array((explanation?.changes ?? []).map { $0.json() }),
      "made-by": made.map {
        [
          "run": .string($0.run), "cell": .string($0.cell), "reason": .string($0.reason),
          "started": .number($0.started), "seconds": .number($0.seconds),
        ]
      } ?? .null,
      "until": .array(
        waits.map { ["cell": .string($0.cell), "reason": .string($0.reason)] }),
    ]
  }
}
