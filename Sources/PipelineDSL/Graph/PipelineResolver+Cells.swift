extension PipelineResolver {
  /// Creates the cells of every stage and resolves their parameters.
  mutating func fillCells() {
    var total = 0
    for index in order {
      drafts[index].ports = catalogue[document.stages[index].uses]?.ports
      total += axes[index].reduce(1) { product, axis in
        min(Self.cellLimit + 1, product * document.axes[axis].values.count)
      }
      guard total <= Self.cellLimit else {
        let name = document.stages[index].name
        return report(
          .tooManyCells, "with '\(name)' the pipeline has more than \(Self.cellLimit) cells",
          of: index)
      }
      drafts[index].cells = combinations(of: axes[index]).map { CellDraft(values: $0) }
      checkSomeAreLeft(of: index)
      resolveCells(of: index)
      if let first = drafts[index].settings.lazy.compactMap(\.ports).first {
        drafts[index].ports = first
      }
      checkPortsAgree(of: index)
    }
  }

  /// Reports a stage without cells, unless the cause is another stage or an axis without values,
  /// which has already been reported.
  private mutating func checkSomeAreLeft(of index: Int) {
    guard drafts[index].cells.isEmpty,
      axes[index].allSatisfy({ !document.axes[$0].values.isEmpty })
    else { return }
    let stage = document.stages[index]
    let inherits = stage.needs.contains { need in
      stageIndex[need.stage].map { drafts[$0].cells.isEmpty } ?? false
    }
    if !inherits { report(.allExcluded, "every cell of '\(stage.name)' is excluded", of: index) }
  }

  private mutating func resolveCells(of index: Int) {
    guard let resolver = SettingsResolver(document.stages[index], catalogue) else { return }
    let own = axes[index].indices.filter { ownAxes[index].contains(axes[index][$0]) }
    // Cells that agree along the stage's own axes have the same settings.
    let grid = AxisGrid(own.map { document.axes[axes[index][$0]].values.count })
    var known = [Int32](repeating: -1, count: grid.count)
    drafts[index].settings.reserveCapacity(min(grid.count, drafts[index].cells.count))
    for cell in drafts[index].cells.indices {
      let values = drafts[index].cells[cell].values
      let place = grid.place(values, at: own)
      if known[place] < 0 {
        known[place] = Int32(drafts[index].settings.count)
        let first = drafts[index].settings.first
        let settings = settings(
          of: resolver, at: coordinates(of: own.map { values[$0] }, along: ownAxes[index]))
        drafts[index].settings.append(first.map { settings.sharing($0) } ?? settings)
      }
      drafts[index].cells[cell].settings = Int(known[place])
    }
  }

  private mutating func settings(
    of resolver: SettingsResolver, at coordinates: [(name: String, value: AxisValue)]
  ) -> CellSettings {
    let (stage, kind) = (resolver.stage, resolver.kind)
    let scope = Interpolation.Scope(
      parameters: document.scopes[stage.scope].values,
      coordinates: Dictionary(uniqueKeysWithValues: coordinates.map { ($0.name, $0.value) }))
    var given = JSONObject()
    // Parameters with unresolvable references, which have already been reported.
    var broken: Set<String> = []
    for (name, written) in resolver.with where given[name] == nil {
      given[name] = Interpolation.resolve(written, in: scope)
      if given[name] == nil { broken.insert(name) }
    }
    var settings = CellSettings()
    do throws(ParameterErrors) {
      let resolved = try kind.resolve(given)
      settings.ports = resolved.ports
      // Unkeyed parameters have affected the ports by now and are not passed to a worker.
      for (name, value) in resolved.values.members where !resolver.unkeyed.contains(name) {
        if !resolver.locations.contains(name) {
          settings.parameters[name] = value
        } else if let path = value.text {
          settings.locations[name] = path
        }
      }
    } catch {
      report(error, of: stage, butFor: broken)
    }
    if kind.draws { settings.seed = seed(of: stage, in: scope) }
    return settings
  }

  private mutating func seed(of stage: StageDeclaration, in scope: Interpolation.Scope) -> Int? {
    let value: JSONValue
    if let seed = stage.seed {
      guard let resolved = Interpolation.resolve(seed.value, in: scope) else { return nil }
      value = resolved
    } else {
      value = scope.coordinates["seed"]?.label ?? seedParameter(of: stage)?.json ?? .integer(0)
    }
    if SeedRule.allows(value) { return value.whole }
    let message = "a seed must be \(SeedRule.phrase), found \(value.found)"
    if let seed = stage.seed {
      // A seed without a reference was checked when it was read.
      if seed.text?.contains("${") == true { diagnostics.report(.badSeed, message, at: seed) }
    } else if let parameter = seedParameter(of: stage) {
      diagnostics.report(.badSeed, message, at: parameter.position, pointer: parameter.pointer)
    } else if let axis = document.axes.first(where: { $0.name == "seed" }) {
      diagnostics.report(.badSeed, message, at: axis.position, pointer: axis.pointer)
    }
    return nil
  }

  /// The parameter `seed` of the stage's file, or of the nearest one that includes it.
  private func seedParameter(of stage: StageDeclaration) -> PipelineParameter? {
    document.scope(with: "seed", from: stage.scope).flatMap { document.scopes[$0]["seed"] }
  }

  private mutating func report(
    _ problems: ParameterErrors, of stage: StageDeclaration, butFor broken: Set<String>
  ) {
    for problem in problems.list {
      // A conflict may be caused by the default of a broken parameter.
      if problem.name.map(broken.contains) ?? !broken.isEmpty { continue }
      let place = stage.with?.members?.first { $0.name == problem.name }
      if let place, problem.atName {
        diagnostics.report(
          .unknownParameter, problem.sentence + " of '\(stage.uses)'", at: place.position,
          pointer: place.value.pointer, written: problem.written, known: problem.known)
      } else if let place {
        diagnostics.report(
          .badParameter, problem.sentence, at: place.value.deepest(problem.path),
          written: problem.written,
          known: problem.known)
      } else {
        diagnostics.report(
          .badParameter, problem.sentence, at: stage.with?.position ?? stage.position,
          pointer: stage.with?.pointer ?? stage.node.pointer)
      }
    }
  }

  private mutating func checkPortsAgree(of index: Int) {
    let ports = drafts[index].ports
    guard drafts[index].settings.contains(where: { $0.ports.map { $0 != ports } ?? false })
    else { return }
    report(
      .unequalPorts,
      "the cells of '\(document.stages[index].name)' differ in their inputs or outputs", of: index)
  }
}
