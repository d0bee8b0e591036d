extension PipelineResolver {
  /// Connects outputs to inputs, by name where `needs` names a port, otherwise by type.
  mutating func joinPorts() {
    for index in order {
      guard let ports = drafts[index].ports else { continue }
      // Whether all needs were understood, so that an unconnected input is a separate problem.
      var isWhole = true
      var refused: Set<String> = []
      for need in document.stages[index].needs {
        guard let target = stageIndex[need.stage], let given = drafts[target].ports else {
          isWhole = false
          continue
        }
        let joins = joins(of: need, of: index, ports, to: target, given)
        if joins.isEmpty, let port = need.port {
          // An unknown input may be any of the missing ones.
          if ports.inputs.contains(where: { $0.name == port }) {
            refused.insert(port)
          } else {
            isWhole = false
          }
        }
        drafts[index].joins += joins
      }
      for port in ports.inputs {
        let joins = drafts[index].joins.filter { $0.port == port.name }
        if !joins.isEmpty {
          checkArity(of: port, joins, of: index)
        } else if port.arity.needsOne, isWhole, !refused.contains(port.name) {
          let stage = document.stages[index]
          diagnostics.report(
            .missingInput,
            "'\(stage.name)' needs a stage that produces \(port.type?.rawValue ?? "something") "
              + "for its input '\(port.name)'",
            at: stage.node["needs"]?.position ?? stage.position, pointer: stage.node.pointer)
        }
      }
    }
  }

  /// The joins of one need; empty if a problem was reported.
  private mutating func joins(
    of need: StageDeclaration.Need, of index: Int, _ ports: Ports, to target: Int, _ given: Ports
  ) -> [PortJoin] {
    guard let outputs = outputs(of: need, given),
      let inputs = inputs(of: need, document.stages[index].uses, ports)
    else { return [] }
    let pairs = outputs.flatMap { output in
      inputs.filter { $0.type == nil || $0.type == output.type }.map { (output, $0) }
    }
    guard !pairs.isEmpty else {
      diagnostics.report(
        .typeMismatch,
        "'\(need.text)' produces \(Self.list(outputs.map(\.type.rawValue))), but "
          + (need.port.map { "the input '\($0)' takes " }
            ?? "'\(document.stages[index].uses)' takes ")
          + Self.list(inputs.compactMap { $0.type?.rawValue }),
        at: need.node)
      return []
    }
    for (output, input) in pairs {
      let rivals = pairs.filter { $0.1.name == input.name }.map(\.0.name)
      if rivals.count > 1 {
        diagnostics.report(
          .ambiguousNeed,
          "'\(need.text)' produces \(Self.list(rivals)), which all match the input '\(input.name)'; "
            + "name one of them, as \"\(need.stage).\(output.name)\"", at: need.node)
        return []
      }
      let places = pairs.filter { $0.0.name == output.name }.map(\.1.name)
      if places.count > 1 {
        diagnostics.report(
          .ambiguousNeed,
          "'\(need.text)' matches the inputs \(Self.list(places)); name one of them, as "
            + "{\"\(input.name)\": \"\(need.text)\"}", at: need.node)
        return []
      }
    }
    return pairs.map { output, input in
      PortJoin(
        port: input.name, stage: target, output: output.name, type: output.type, node: need.node)
    }
  }

  /// The outputs a need may refer to: the one it names, otherwise all except side ports.
  private mutating func outputs(of need: StageDeclaration.Need, _ given: Ports) -> [OutputPort]? {
    let names = given.outputs.map(\.name)
    if let name = need.output {
      if let output = given.outputs.first(where: { $0.name == name }) { return [output] }
      diagnostics.report(
        .unknownPort, "'\(need.stage)' has no output '\(name)'; it has \(Self.list(names))",
        at: need.node, written: name, known: names)
      return nil
    }
    let main = given.outputs.filter { !$0.side }
    guard main.isEmpty, let side = names.first else { return main }
    diagnostics.report(
      .ambiguousNeed,
      "'\(need.stage)' produces \(Self.list(names)) only as side outputs; name one of them, as "
        + "\"\(need.stage).\(side)\"", at: need.node)
    return nil
  }

  /// The inputs a need may refer to: the one it names, otherwise all; open stages have one per
  /// need.
  private mutating func inputs(
    of need: StageDeclaration.Need, _ kind: String, _ ports: Ports
  ) -> [InputPort]? {
    guard let name = need.port else {
      return ports.open ? [InputPort(need.stage, nil, .many, "")] : ports.inputs
    }
    if let input = ports.inputs.first(where: { $0.name == name }) { return [input] }
    if ports.open { return [InputPort(name, nil, .many, "")] }
    let names = ports.inputs.map(\.name)
    diagnostics.report(
      .unknownPort, "'\(kind)' has no input '\(name)'; it has \(Self.list(names))", at: need.node,
      written: name, known: names)
    return nil
  }

  private mutating func checkArity(of port: InputPort, _ joins: [PortJoin], of index: Int) {
    guard !port.arity.takesSeveral else { return }
    if joins.count > 1 {
      let first = joins[0]
      diagnostics.report(
        .tooManyInputs,
        "the input '\(port.name)' takes one artifact, but "
          + Self.list(joins.map { "\(document.stages[$0.stage].name).\($0.output)" })
          + " are connected to it; name one of them, as {\"\(port.name)\": "
          + "\"\(document.stages[first.stage].name)\"}",
        at: joins[1].node)
    }
    // The axes are unknown if there is a cycle.
    guard !hasCycle else { return }
    for join in joins {
      guard let axis = axes[join.stage].first(where: { !axes[index].contains($0) }) else {
        continue
      }
      diagnostics.report(
        .badGather,
        "the input '\(port.name)' takes one artifact and cannot gather along "
          + "'\(document.axes[axis].name)'", at: join.node)
    }
  }

  /// The words as a list in a sentence: `a, b and c`.
  static func list(_ words: [String]) -> String {
    guard let last = words.last else { return "nothing" }
    return words.count == 1 ? last : words.dropLast().joined(separator: ", ") + " and " + last
  }
}
