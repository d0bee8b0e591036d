internal import PipelineDSL
internal import Reports
internal import Stages

extension Verb {
  static let stages = Verb(
    name: "stages", usage: "[KIND] [--format text|markdown|json]",
    summary: "List stage kinds, or describe one: ports, parameters, source of the method.",
    options: [Option("--format", value: "FORMAT", "text (default), markdown or json")],
    examples: [
      ("assay stages", "All stage kinds."),
      ("assay stages fine-tune", "The ports and parameters of one kind."),
    ]
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
      let width = TerminalWidth.ofHelp
      print(kinds.map { KindDescription($0).text(width: width) }.joined(), terminator: "")
    case "text":
      let width = (kinds.map(\.name.count).max() ?? 0) + 2
      let lines = kinds.map { kind in
        TextWrap.hanging(kind.name, kind.summary, indent: width, width: TerminalWidth.ofHelp)
      }
      print(lines.joined(), terminator: "")
    case "markdown": print(KindDescription.page(kinds), terminator: "")
    case "json":
      print(
        JSONPrettyForm.text(of: .array(kinds.map { KindDescription($0).json })), terminator: "")
    case let other:
      throw CommandError.usage("--format is text, markdown or json, not '\(other)'")
    }
  }

  static let schema = Verb(
    name: "schema", usage: "", summary: "Print the JSON Schema of pipeline files.",
    options: [Option("--profile", "the schema of profile files, which describe a cluster")],
    examples: [
      ("assay schema > pipeline.schema.json", "The schema for an editor.")
    ]
  ) { arguments in
    let schema =
      arguments.has("--profile")
      ? ProfileSchema.make() : PipelineSchema.make(for: StageCatalogue.all)
    print(JSONPrettyForm.text(of: schema), terminator: "")
  }
}

/// The description of a stage kind as text, Markdown and JSON.
struct KindDescription {
  private let kind: StageDescriptor

  init(_ kind: StageDescriptor) { self.kind = kind }

  private func initial(_ parameter: ParameterDescription) -> String {
    parameter.initial.map { JSONCanonicalForm.text(of: $0) } ?? "required"
  }

  /// The description in lines of a width.
  func text(width: Int) -> String {
    func item(_ head: String, _ help: String) -> String {
      TextWrap.hanging("", head, indent: 2, width: width)
        + TextWrap.paragraphs(help, width: width, indent: 6)
    }
    var text = "\(kind.name) (revision \(kind.revision))\n"
    text += TextWrap.paragraphs("\(kind.summary)\nMethod: \(kind.source)", width: width)
    text += kind.draws ? "Draws random numbers from its seed.\n" : ""
    if !kind.ports.inputs.isEmpty || kind.ports.open { text += "\nInputs:\n" }
    for port in kind.ports.inputs {
      let type = port.type?.rawValue ?? "any"
      text += item("\(port.name) (\(type), \(port.arity.rawValue))", port.help)
    }
    if kind.ports.open { text += "  any further input by name\n" }
    text += "\nOutputs:\n"
    for port in kind.ports.outputs {
      let side = port.side ? ", side port" : ""
      text += item("\(port.name) (\(port.type.rawValue)\(side))", port.help)
    }
    if !kind.parameters.isEmpty { text += "\nParameters:\n" }
    for parameter in kind.parameters {
      text += item(
        "\(parameter.name) = \(initial(parameter))  (\(parameter.shape.phrase))", parameter.help)
    }
    return text
  }

  var markdown: String {
    func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
    var text = "## `\(kind.name)`\n\n\(kind.summary)\n\n"
    text += "Revision \(kind.revision). Method: \(kind.source)."
    text += kind.draws ? " Draws random numbers from its seed.\n" : "\n"
    text += "\n| port | direction | type | content |\n|---|---|---|---|\n"
    for port in kind.ports.inputs {
      let type = port.type?.rawValue ?? "any"
      text += "| `\(port.name)` | input, \(port.arity.rawValue) | \(type) | \(cell(port.help)) |\n"
    }
    if kind.ports.open { text += "| any name | input, many | any | further inputs |\n" }
    for port in kind.ports.outputs {
      let side = port.side ? " (side port)" : ""
      text += "| `\(port.name)` | output\(side) | \(port.type.rawValue) | \(cell(port.help)) |\n"
    }
    guard !kind.parameters.isEmpty else { return text + "\n" }
    text += "\n| parameter | values | default | meaning |\n|---|---|---|---|\n"
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

      Generated by `assay stages --format markdown`; a test checks that this page matches the code.


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
