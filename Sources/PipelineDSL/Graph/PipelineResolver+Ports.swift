extension PipelineResolver {
  /// Joins outputs to inputs, by name where `needs` names a port, else by type.
  mutating func joinPorts() {
    for index in order {
      guard let ports = drafts[index].ports else { continue }
      for need in document.stages[index].needs {
        guard let target = stageIndex[need.stage], let given = drafts[target].ports else {
          continue
        }
        join(need, of: index, ports, to: target, given)
      }
      checkArity(of: index, ports)
    }
  }

  private mutating func join(
    _ need: StageDeclaration.Need, of index: Int, _ ports: Ports, to target: Int, _ given: Ports
  ) {
    var outputs = given.outputs.filter { !$0.side }
    if let name = need.output {
      outputs = given.outputs.filter { $0.name == name }
      guard !outputs.isEmpty else {
        return diagnostics.report(
          "'\(need.stage)' has no output '\(name)'; it has "
            + given.outputs.map(\.name).joined(separator: ", "),
          at: need.node, written: name, known: given.outputs.map(\.name))
      }
    }
    var inputs = ports.inputs
    if let name = need.port {
      inputs = ports.inputs.filter { $0.name == name }
      if inputs.isEmpty, ports.open { inputs = [InputPort(name, nil, .many, "")] }
      guard !inputs.isEmpty else {
        return diagnostics.report(
          "'\(document.stages[index].uses)' has no input '\(name)'; it has "
            + ports.inputs.map(\.name).joined(separator: ", "),
          at: need.node, written: name, known: ports.inputs.map(\.name))
      }
    } else if ports.open {
      inputs = [InputPort(need.stage, nil, .many, "")]
    }
    let pairs = outputs.flatMap { output in
      inputs.filter { $0.type == nil || $0.type == output.type }.map { (output, $0) }
    }
    guard !pairs.isEmpty else {
      return diagnostics.report(
        "'\(need.stage)' gives \(Self.list(outputs.map(\.type.rawValue))), which does not fit: "
          + (need.port.map { "the input '\($0)' takes " }
            ?? "'\(document.stages[index].uses)' takes ")
          + Self.list(inputs.compactMap { $0.type?.rawValue }),
        at: need.node)
    }
    // An input of any type takes one output; which one must be plain.
    if pairs.count > 1, pairs.contains(where: { $0.1.type == nil }) || need.port != nil {
      return diagnostics.report(
        "'\(need.stage)' gives \(Self.list(outputs.map(\.name))); name the one that is meant, as "
          + "'\(need.stage).\(outputs[0].name)'", at: need.node)
    }
    for (output, input) in pairs {
      drafts[index].joins.append(
        PortJoin(
          port: input.name, arity: input.arity, stage: target, output: output.name,
          type: output.type, node: need.node))
    }
  }

  private mutating func checkArity(of index: Int, _ ports: Ports) {
    let stage = document.stages[index]
    let needsAreKnown = stage.needs.allSatisfy { need in
      stageIndex[need.stage].map { drafts[$0].ports != nil } ?? false
    }
    for port in ports.inputs {
      let joins = drafts[index].joins.filter { $0.port == port.name }
      if joins.isEmpty, port.arity != .optional, needsAreKnown {
        diagnostics.report(
          "'\(stage.name)' needs a stage that gives "
            + "\(port.type?.rawValue ?? "something") for its input '\(port.name)'",
          at: stage.node["needs"]?.position ?? stage.position, pointer: stage.node.pointer)
      }
      guard port.arity != .many else { continue }
      if joins.count > 1 {
        diagnostics.report(
          "the input '\(port.name)' takes one artifact, but "
            + Self.list(joins.map { document.stages[$0.stage].name })
            + " both give \(port.type?.rawValue ?? "one"); name the one that is meant, as "
            + "{\"\(port.name)\": \"\(document.stages[joins[0].stage].name)\"}",
          at: joins[1].node)
      }
      for join in joins {
        let free = axes[join.stage].filter { !axes[index].contains($0) }
        guard let axis = free.first else { continue }
        diagnostics.report(
          "the input '\(port.name)' takes one artifact and cannot gather along "
            + "'\(document.axes[axis].name)'", at: join.node)
      }
    }
  }

  static func list(_ words: [String]) -> String {
    guard let last = words.last else { return "nothing" }
    return words.count == 1 ? last : words.dropLast().joined(separator: ", ") + " and " + last
  }
}
