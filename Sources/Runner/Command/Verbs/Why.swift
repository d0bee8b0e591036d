internal import Execution
internal import PipelineDSL
internal import Store

extension Verb {
  static let why = Verb(
    name: "why", usage: "FILE STAGE | CELL",
    summary: "Say what a stage's key has that its last one had not, down to a parameter or a file.",
    options: Workspace.pipelineOptions + Workspace.storeOptions + [Workspace.json]
  ) { arguments in
    _ = try arguments.word(1, "the stage or cell")
    let planned = try PlannedPipeline(arguments)
    let workspace = Workspace(arguments)
    let explainer = RunExplainer(
      pipeline: planned.pipeline, cache: try workspace.openStore(),
      records: try workspace.openRecords())
    var documents: [JSONValue] = []
    let targets = try Workspace.targets(arguments.words.dropFirst(), in: planned.pipeline)
    for index in targets {
      let cell = planned.pipeline.cells[index]
      let (state, reason) = try planned.describe(index)
      let explanation = try planned.board.keys[index].map { try explainer.explain(cell, key: $0) }
      documents.append(
        [
          "cell": .string(cell.name), "state": .string(state), "reason": .string(reason),
          "key": (planned.board.keys[index]?.digest.hex).json,
          "earlier-key": (explanation?.earlier?.key.hex).json,
          "earlier-cell": (explanation?.earlier?.cell).json,
          "earlier-run": (explanation?.earlier?.run).json,
          "changes": (explanation?.changes ?? []).json,
        ])
      guard !arguments.has("--json") else { continue }
      print("\(cell.name): \(state)\(reason.isEmpty ? "" : " (\(reason))")")
      guard let explanation else { continue }
      if let earlier = explanation.earlier {
        let whose = earlier.cell == cell.name ? "" : " of \(earlier.cell)"
        let verb = explanation.changes.isEmpty ? "nothing differs from" : "differs from"
        print("  \(verb) the key\(whose) in run \(earlier.run):")
        for change in explanation.changes { print("    \(change)") }
      } else {
        print("  no earlier run of this stage had another key")
      }
    }
    if arguments.has("--json") {
      print(JSONPrettyForm.text(of: .array(documents)), terminator: "")
    }
  }
}
