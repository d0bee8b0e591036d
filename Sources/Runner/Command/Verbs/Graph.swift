internal import PipelineDSL

extension Verb {
  static let graph = Verb(
    name: "graph", usage: "FILE [--format text|dot|mermaid|json]",
    summary: "Draw the graph of stages.",
    options: Workspace.pipelineOptions + [
      Option("--format", value: "FORMAT", "text (default), dot, mermaid or json"),
      Option("--cells", "cells instead of stages"),
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

/// The graph of a pipeline as text in several forms.
struct GraphDrawing {
  private struct Node {
    let name: String
    let kind: String
    let note: String
    let needs: [String]
  }

  private let name: String
  private let nodes: [Node]

  init(_ pipeline: Pipeline, cells: Bool) {
    name = pipeline.name
    nodes =
      cells
      ? pipeline.cells.map { cell in
        var needs: [String] = []
        for input in cell.inputs where !needs.contains(pipeline.cells[input.cell].name) {
          needs.append(pipeline.cells[input.cell].name)
        }
        return Node(name: cell.name, kind: cell.kind, note: "", needs: needs)
      }
      : pipeline.stages.map { stage in
        let note = stage.cells.count > 1 ? "\(stage.cells.count) cells" : ""
        return Node(name: stage.name, kind: stage.kind, note: note, needs: stage.needs)
      }
  }

  var text: String {
    nodes.map { node in
      "\(node.name)  \(node.kind)" + (node.note.isEmpty ? "" : "  (\(node.note))") + "\n"
        + node.needs.map { "  <- \($0)\n" }.joined()
    }.joined()
  }

  var dot: String {
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    var text = "digraph \(quoted(name)) {\n  rankdir=LR;\n  node [shape=box];\n"
    for node in nodes {
      let label = [node.name, node.kind, node.note].filter { !$0.isEmpty }.joined(separator: "\n")
      text += "  \(quoted(node.name)) [label=\(quoted(label).replacing("\n", with: "\\n"))];\n"
    }
    for node in nodes {
      for need in node.needs { text += "  \(quoted(need)) -> \(quoted(node.name));\n" }
    }
    return text + "}\n"
  }

  var mermaid: String {
    let numbers = Dictionary(
      nodes.enumerated().map { ($0.element.name, $0.offset) }
    ) { first, _ in first }
    // Mermaid's own escapes: an axis value may hold quotes and tags.
    func escaped(_ text: String) -> String {
      [("#", "#35;"), ("&", "#amp;"), ("\"", "#quot;"), ("<", "#lt;"), (">", "#gt;")].reduce(text) {
        $0.replacing($1.0, with: $1.1)
      }
    }
    var text = "flowchart LR\n"
    for (index, node) in nodes.enumerated() {
      let note = node.note.isEmpty ? "" : "<br/>\(node.note)"
      text += "  n\(index)[\"\(escaped(node.name))<br/>\(node.kind)\(note)\"]\n"
    }
    for (index, node) in nodes.enumerated() {
      for need in node.needs { text += "  n\(numbers[need] ?? 0) --> n\(index)\n" }
    }
    return text
  }

  var json: JSONValue {
    .array(
      nodes.map {
        ["name": .string($0.name), "kind": .string($0.kind), "needs": $0.needs.json]
      })
  }
}
