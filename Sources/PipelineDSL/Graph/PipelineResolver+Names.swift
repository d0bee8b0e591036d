extension PipelineResolver {
  /// Checks that all kinds, stages, parameters and axes referred to exist.
  mutating func checkNames() {
    let names = document.stages.map(\.name)
    for (index, stage) in document.stages.enumerated() {
      let kind = catalogue[stage.uses]
      if kind == nil, !stage.uses.isEmpty, let node = stage.usesNode {
        diagnostics.report(
          .unknownKind, "unknown stage kind '\(stage.uses)'", at: node, written: stage.uses,
          known: catalogue.names)
      }
      for need in stage.needs where stageIndex[need.stage] == nil {
        diagnostics.report(
          .unknownStage, "no stage '\(need.stage)'", at: need.node, written: need.stage,
          known: names)
      }
      if let kind, !kind.draws, let seed = stage.seed {
        diagnostics.report(
          .unusedSeed, "'\(kind.name)' draws no random numbers, so a seed has no effect", at: seed)
      }
      ownAxes[index] = referencedAxes(of: stage)
    }
  }

  /// The axes a stage refers to; reports references that cannot be resolved.
  private mutating func referencedAxes(of stage: StageDeclaration) -> [Int] {
    var found: Set<Int> = []
    for node in [stage.with, stage.seed].compactMap(\.self) {
      var strings: [(String, LocatedJSON)] = []
      node.forEachString { strings.append(($0, $1)) }
      for (text, node) in strings where text.contains("${") {
        guard let pieces = Interpolation.pieces(of: text) else {
          diagnostics.report(.openReference, "unterminated '${'", at: node)
          // Names it may have referred to must not be reported as unused.
          for name in knownNames(in: stage.scope) where text.contains("${" + name) {
            use(name, in: stage.scope)
          }
          continue
        }
        for case .reference(let reference) in pieces {
          use(reference.name, in: stage.scope)
          let values = values(of: reference, in: stage.scope, at: node)
          if pieces.count > 1 { checkEmbedded(values, reference, at: node) }
          if let axis = axisIndex[reference.name] { found.insert(axis) }
        }
      }
    }
    // A stage of an unknown kind may draw random numbers.
    if stage.seed == nil, catalogue[stage.uses]?.draws ?? true {
      use("seed", in: document.scope(with: "seed", from: stage.scope) ?? stage.scope)
      if let axis = axisIndex["seed"] { found.insert(axis) }
    }
    return found.sorted()
  }

  private func knownNames(in scope: Int) -> [String] {
    document.scopes[scope].values.names + document.axes.map(\.name)
  }

  private mutating func use(_ name: String, in scope: Int) {
    document.scopes[scope].used.insert(name)
    usedAxes.insert(name)
  }

  /// All values of a reference; reports it if it cannot be resolved.
  private mutating func values(
    of reference: Interpolation.Reference, in scope: Int, at node: LocatedJSON
  ) -> [JSONValue] {
    if let axis = axisIndex[reference.name].map({ document.axes[$0] }) {
      guard let field = reference.field else { return axis.values.map(\.label) }
      for value in axis.values where value.fields[field] == nil {
        diagnostics.report(
          .unknownField, "'\(value.text)' on the axis '\(axis.name)' has no field '\(field)'",
          at: node,
          written: field, known: value.fields.names)
      }
      return axis.values.compactMap { $0.fields[field] }
    }
    guard let value = document.scopes[scope].values[reference.name] else {
      reportUnknown(reference.name, in: scope, at: node)
      return []
    }
    guard let field = reference.field else { return [value] }
    guard let part = value[field] else {
      diagnostics.report(
        .unknownField, "the parameter '\(reference.name)' has no field '\(field)'", at: node,
        written: field,
        known: value.object?.names ?? [])
      return []
    }
    return [part]
  }

  private mutating func reportUnknown(_ name: String, in scope: Int, at node: LocatedJSON) {
    if let outer = document.scope(with: name, from: scope) {
      use(name, in: outer)
      return diagnostics.report(
        .unknownName,
        "no parameter or axis '\(name)' in this part; declare it in 'parameters' of the part, and it "
          + "takes the value from the file that includes the part", at: node)
    }
    let known = knownNames(in: scope)
    diagnostics.report(
      .unknownName, "no parameter or axis '\(name)'", at: node, written: name, known: known)
    // The name most likely meant must not be reported as unused either.
    if let meant = NearestName.find(name, among: known) { use(meant, in: scope) }
  }

  private mutating func checkEmbedded(
    _ values: [JSONValue], _ reference: Interpolation.Reference, at node: LocatedJSON
  ) {
    for value in values {
      switch value {
      case .array, .object:
        diagnostics.report(
          .badReference,
          "'${\(reference.text)}' is \(value.kindName) and cannot be part of a longer string",
          at: node)
      default: continue
      }
    }
  }

  /// Reports parameters and axes that nothing refers to, also axes given from outside.
  mutating func checkUse(given: AxisOverrides) {
    for scope in document.scopes {
      for parameter in scope.parameters where !scope.used.contains(parameter.name) {
        diagnostics.report(
          .unusedName, "no stage uses the parameter '\(parameter.name)'", at: parameter.position,
          pointer: parameter.pointer)
      }
    }
    for axis in document.axes where !usedAxes.contains(axis.name) {
      diagnostics.report(
        .unusedName,
        "no stage varies along the axis '\(axis.name)'"
          + (given.values(of: axis.name) == nil ? "" : "; --axis gives it"), at: axis.position,
        pointer: axis.pointer)
    }
  }
}
