extension PipelineResolver {
  /// Makes every stage's cells and resolves their parameters.
  mutating func fillCells() {
    var total = 0
    for index in order {
      let count = axes[index].reduce(1) { product, axis in
        min(Self.cellLimit + 1, product * max(1, document.axes[axis].values.count))
      }
      total += count
      guard total <= Self.cellLimit else {
        diagnostics.report(
          "with '\(document.stages[index].name)' the pipeline has more than \(Self.cellLimit) cells",
          at: document.stages[index].position, pointer: document.stages[index].node.pointer)
        return
      }
      drafts[index].cells = combinations(of: axes[index]).map { CellDraft(values: $0) }
      if drafts[index].cells.isEmpty {
        diagnostics.report(
          "every cell of '\(document.stages[index].name)' is excluded",
          at: document.stages[index].position, pointer: document.stages[index].node.pointer)
      }
      for cell in drafts[index].cells.indices { resolveCell(cell, of: index) }
      drafts[index].ports =
        drafts[index].cells.first?.resolved?.ports ?? catalogue[document.stages[index].uses]?.ports
      checkPortsAgree(of: index)
    }
  }

  /// Every combination of values along some axes that no `exclude` entry forbids.
  private func combinations(of axes: [Int]) -> [[Int]] {
    var all: [[Int]] = [[]]
    for axis in axes {
      all = all.flatMap { head in document.axes[axis].values.indices.map { head + [$0] } }
    }
    guard !document.exclude.isEmpty else { return all }
    return all.filter { values in
      !document.exclude.contains { entry in
        !entry.coordinates.isEmpty
          && entry.coordinates.allSatisfy { name, node in
            guard let at = axes.firstIndex(where: { document.axes[$0].name == name }) else {
              return false
            }
            return document.axes[axes[at]].values[values[at]].label == node.value
          }
      }
    }
  }

  /// The values of a cell's axes by name.
  func coordinates(of values: [Int], along axes: [Int]) -> [(name: String, value: AxisValue)] {
    zip(axes, values).map { axis, value in
      (document.axes[axis].name, document.axes[axis].values[value])
    }
  }

  private mutating func resolveCell(_ cell: Int, of index: Int) {
    let stage = document.stages[index]
    guard let kind = catalogue[stage.uses] else { return }
    var scope = Interpolation.Scope(parameters: parameters)
    for (name, value) in coordinates(of: drafts[index].cells[cell].values, along: axes[index]) {
      scope.coordinates[name] = value
    }
    let given = stage.with.map { Interpolation.resolve($0.value, in: scope) }?.object ?? [:]
    do throws(ParameterProblems) {
      drafts[index].cells[cell].resolved = try kind.resolve(given)
    } catch {
      report(error, of: stage)
    }
    guard kind.draws else { return }
    let seed =
      stage.seed.map { Interpolation.resolve($0.value, in: scope) }
      ?? scope.value(of: .init(name: "seed", field: nil)) ?? .integer(0)
    if let whole = seed.whole {
      drafts[index].cells[cell].seed = whole
    } else {
      diagnostics.report(
        "a seed is a whole number, found \(seed.found)",
        at: stage.seed?.position ?? stage.position, pointer: stage.node.pointer + "/seed")
    }
  }

  private mutating func report(_ problems: ParameterProblems, of stage: StageDeclaration) {
    for problem in problems.list {
      let place = problem.name.flatMap { name in
        stage.with?.members?.first { $0.name == name }
      }
      if let place, problem.atName {
        diagnostics.report(
          problem.sentence + " of '\(stage.uses)'", at: place.position,
          pointer: place.value.pointer, written: problem.written, known: problem.known)
      } else if let place {
        diagnostics.report(
          problem.sentence, at: place.value.deepest(problem.path), written: problem.written,
          known: problem.known)
      } else {
        diagnostics.report(
          problem.sentence, at: stage.with?.position ?? stage.position,
          pointer: stage.with?.pointer ?? stage.node.pointer)
      }
    }
  }

  private mutating func checkPortsAgree(of index: Int) {
    guard let first = drafts[index].ports else { return }
    for cell in drafts[index].cells {
      guard let ports = cell.resolved?.ports, ports != first else { continue }
      diagnostics.report(
        "the cells of '\(document.stages[index].name)' differ in what they take or give",
        at: document.stages[index].position, pointer: document.stages[index].node.pointer)
      return
    }
  }
}
