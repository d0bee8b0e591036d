public import PipelineDSL

/// The graph of a pipeline as text, DOT, Mermaid or JSON.
public struct GraphDrawing: Sendable {
  private struct Node: Sendable {
    let name: String
    let kind: String
    let note: String
    let needs: [String]
  }

  private let name: String
  private let nodes: [Node]

  /// The graph of the stages of a pipeline, or of its cells.
  public init(_ pipeline: Pipeline, cells: Bool) {
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

  /// One line per node, followed by one line per node it needs.
  public var text: String {
    nodes.map { node in
      "\(node.name)  \(node.kind)" + (node.note.isEmpty ? "" : "  (\(node.note))") + "\n"
        + node.needs.map { "  <- \($0)\n" }.joined()
    }.joined()
  }

  /// The graph in Graphviz's DOT language.
  public var dot: String {
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

  /// The graph as a Mermaid flowchart.
  public var mermaid: String {
    let numbers = Dictionary(
      nodes.enumerated().map { ($0.element.name, $0.offset) }
    ) { first, _ in first }
    // Mermaid's own escapes: an axis value may contain quotes and tags.
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

  /// The nodes as JSON.
  public var json: JSONValue {
    .array(
      nodes.map {
        ["name": .string($0.name), "kind": .string($0.kind), "needs": $0.needs.json]
      })
  }
}
