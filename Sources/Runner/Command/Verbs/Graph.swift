internal import PipelineDSL
internal import Reports

extension Verb {
  static let graph = Verb(
    name: "graph", usage: "FILE [--format text|dot|mermaid|json]",
    summary: "Draw the graph of stages.",
    options: Workspace.pipelineOptions + [
      Option("--format", value: "FORMAT", "text (default), dot, mermaid or json"),
      Option("--cells", "cells instead of stages"),
    ],
    examples: [
      (
        "assay graph study.json --format dot | dot -Tsvg > study.svg",
        "A picture of the stages by Graphviz."
      ),
      ("assay graph study.json --cells", "Every cell and the cells it needs."),
    ]
  ) { arguments in
    let pipeline = try Workspace.pipeline(arguments)
    let drawing = GraphDrawing(pipeline, cells: arguments.has("--cells"))
    switch arguments.last("--format") ?? "text" {
    case "text": print(drawing.text, terminator: "")
    case "dot": print(drawing.dot, terminator: "")
    case "mermaid": print(drawing.mermaid, terminator: "")
    case "json": print(JSONPrettyForm.text(of: drawing.json), terminator: "")
    case let other:
      throw CommandError.usage("--format is text, dot, mermaid or json, not '\(other)'")
    }
  }
}
