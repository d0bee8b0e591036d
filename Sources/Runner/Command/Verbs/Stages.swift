internal import PipelineDSL
internal import Stages

extension Verb {
  static let stages = Verb(
    name: "stages", usage: "[KIND] [--format text|markdown|json]",
    summary: "List stage kinds, or describe one: ports, parameters, source of the method.",
    options: [Option("--format", value: "FORMAT", "text (default), markdown or json")]
  ) { arguments in
    try arguments.expect(atMost: 1)
    var kinds = StageCatalogue.all.kinds
    let isSingle = !arguments.words.isEmpty
    if let name = arguments.words.first {
      guard let kind = StageCatalogue.all[name] else {
        let near = NearestName.hint(for: name, among: StageCatalogue.all.names)
        throw CommandError.usage(
          "unknown stage kind '\(name)'" + near)
      }
      kinds = [kind]
    }
    switch arguments.last("--format") ?? "text" {
    case "text" where isSingle:
      print(kinds.map { KindDescription($0).text }.joined(), terminator: "")
    case "text":
      let width = (kinds.map(\.name.count).max() ?? 0) + 2
      for kind in kinds {
        print(kind.name + String(repeating: " ", count: width - kind.name.count) + kind.summary)
      }
    case "markdown": print(KindDescription.page(kinds), terminator: "")
    case "json":
      print(
        JSONPrettyForm.text(of: .array(kinds.map { KindDescription($0).json })), terminator: "")
    case let other:
      throw CommandError.usage("--format is text, markdown or json, not '\(other)'")
    }
  }

  static let schema = Verb(
    name: "schema", usage: "", summary: "Print the JSON Schema of pipeline files.", options: []
  ) { _ in
    print(JSONPrettyForm.text(of: PipelineSchema.make(for: StageCatalogue.all)), terminator: "")
  }
}

/// A stage kind in words.
struct KindDescription {
  private let kind: StageDescriptor

  init(_ kind: StageDescriptor) { self.kind = kind }

  private func initial(_ parameter: ParameterDescription) -> String {
    parameter.initial.map { JSONCanonicalForm.text(of: $0) } ?? "required"
  }

  var text: String {
    var text = "\(kind.name) (revision \(kind.revision))\n\(kind.summary)\nMethod: \(kind.source)\n"
    text += kind.draws ? "Draws from its seed.\n" : ""
    if !kind.ports.inputs.isEmpty || kind.ports.open { text += "\nTakes:\n" }
    for port in kind.ports.inputs {
      let type = port.type?.rawValue ?? "any"
      text += "  \(port.name) (\(type), \(port.arity.rawValue)): \(port.help)\n"
    }
    if kind.ports.open { text += "  any further input by name\n" }
    text += "\nGives:\n"
    for port in kind.ports.outputs {
      let side = port.side ? ", side port" : ""
      text += "  \(port.name) (\(port.type.rawValue)\(side)): \(port.help)\n"
    }
    if !kind.parameters.isEmpty { text += "\nParameters:\n" }
    for parameter in kind.parameters {
      text += "  \(parameter.name) = \(initial(parameter))  (\(parameter.shape.phrase))\n"
      text += "      \(parameter.help)\n"
    }
    return text
  }

  var markdown: String {
    func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
    var text = "## `\(kind.name)`\n\n\(kind.summary)\n\n"
    text += "Revision \(kind.revision). Method: \(kind.source)."
    text += kind.draws ? " Draws from its seed.\n" : "\n"
    text += "\n| port | | type | what |\n|---|---|---|---|\n"
    for port in kind.ports.inputs {
      let type = port.type?.rawValue ?? "any"
      text += "| `\(port.name)` | takes \(port.arity.rawValue) | \(type) | \(cell(port.help)) |\n"
    }
    if kind.ports.open { text += "| any name | takes many | any | further inputs |\n" }
    for port in kind.ports.outputs {
      let side = port.side ? " (side port)" : ""
      text += "| `\(port.name)` | gives\(side) | \(port.type.rawValue) | \(cell(port.help)) |\n"
    }
    guard !kind.parameters.isEmpty else { return text + "\n" }
    text += "\n| parameter | values | default | what |\n|---|---|---|---|\n"
    for parameter in kind.parameters {
      let values = cell(parameter.shape.phrase)
      text +=
        "| `\(parameter.name)` | \(values) | `\(initial(parameter))` |"
        + " \(cell(parameter.help)) |\n"
    }
    return text + "\n"
  }

  static func page(_ kinds: [StageDescriptor]) -> String {
    let head = """
      # Stage kinds

      Made by `assay stages --format markdown`; a test holds this page to the code.


      """
    return head + kinds.map { KindDescription($0).markdown }.joined()
  }

  var json: JSONValue {
    [
      "name": .string(kind.name), "revision": .integer(kind.revision),
      "summary": .string(kind.summary), "source": .string(kind.source), "draws": .bool(kind.draws),
      "inputs": .array(
        kind.ports.inputs.map {
          [
            "name": .string($0.name), "type": ($0.type?.rawValue).json,
            "arity": .string($0.arity.rawValue), "help": .string($0.help),
          ]
        }),
      "outputs": .array(
        kind.ports.outputs.map {
          [
            "name": .string($0.name), "type": .string($0.type.rawValue), "side": .bool($0.side),
            "help": .string($0.help),
          ]
        }),
      "parameters": .array(
        kind.parameters.map {
          [
            "name": .string($0.name), "values": .string($0.shape.phrase),
            "default": $0.initial ?? .null, "required": .bool($0.initial == nil),
            "help": .string($0.help),
          ]
        }),
    ]
  }
}
