internal import Foundation

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
    guard let resolver = SettingsResolver(document.stages[index], document, catalogue) else {
      // The kind is unknown, which is reported elsewhere; the cells are still wired.
      drafts[index].settings = [CellSettings()]
      return
    }
    let ownAxes = ownAxes[index]
    let own = axes[index].indices.filter { ownAxes.contains(axes[index][$0]) }
    // Cells that agree along the stage's own axes have the same settings.
    let grid = AxisGrid(own.map { document.axes[axes[index][$0]].values.count })
    var known = [Int32](repeating: -1, count: grid.count)
    var distinct: [[Int]] = []
    for cell in drafts[index].cells.indices {
      let values = drafts[index].cells[cell].values
      let place = grid.place(values, at: own)
      if known[place] < 0 {
        known[place] = Int32(distinct.count)
        distinct.append(own.map { values[$0] })
      }
      drafts[index].cells[cell].settings = Int(known[place])
    }
    drafts[index].settings.reserveCapacity(distinct.count)
    // In parts, since what is not yet shared takes several times the memory.
    for start in stride(from: 0, to: distinct.count, by: Self.batch) {
      let part = distinct[start..<min(start + Self.batch, distinct.count)]
      let outcomes = ParallelMap.run(part.count, threads: Self.threads(for: part.count)) {
        resolver.outcome(at: part[start + $0], along: ownAxes)
      }
      for outcome in outcomes {
        report(outcome, of: resolver.stage)
        let first = drafts[index].settings.first
        drafts[index].settings.append(
          first.map { outcome.settings.sharing($0) } ?? outcome.settings)
      }
    }
  }

  /// The number of cells that are resolved at a time.
  private static let batch = 1 << 14

  /// A few cells are resolved before another thread has started.
  private static func threads(for cells: Int) -> Int {
    cells < 256 ? 1 : ProcessInfo.processInfo.activeProcessorCount
  }

  private mutating func report(_ outcome: SettingsResolver.Outcome, of stage: StageDeclaration) {
    if let problems = outcome.problems { report(problems, of: stage, butFor: outcome.broken) }
    guard let value = outcome.badSeed else { return }
    let message = "a seed must be \(SeedRule.phrase), found \(value.found)"
    if let seed = stage.seed {
      // A seed without a reference was checked when it was read.
      if seed.text?.contains("${") == true { diagnostics.report(.badSeed, message, at: seed) }
    } else if let parameter = document.seedParameter(of: stage) {
      diagnostics.report(.badSeed, message, at: parameter.position, pointer: parameter.pointer)
    } else if let axis = document.axes.first(where: { $0.name == "seed" }) {
      diagnostics.report(.badSeed, message, at: axis.position, pointer: axis.pointer)
    }
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
