internal import PipelineDSL

extension Verb {
  static let check = Verb(
    name: "check", usage: "FILE [--set NAME=VALUE ...]",
    summary: "Check a pipeline file and report every problem in one pass.",
    options: Workspace.pipelineOptions + [Workspace.json],
    examples: [
      ("assay check Pipelines/demo.json", "Every problem in one pass, with file:line:column."),
      (
        "assay check study.json --set size=96 --json",
        "The same with another parameter, for a program."
      ),
    ]
  ) { arguments in
    try arguments.expect(atMost: 1)
    let pipeline = try Workspace.pipeline(arguments)
    if arguments.has("--json") { return print("[]") }
    print(
      "\(pipeline.file): valid: \(pipeline.stages.count) stages, \(pipeline.cells.count) cells")
  }
}
