extension PipelineResolver {
  /// Propagates to each stage the axes of the stages it needs, except those it gathers.
  mutating func spreadAxes() {
    for index in order {
      let stage = document.stages[index]
      var inherited: Set<Int> = []
      for need in stage.needs {
        if let target = stageIndex[need.stage] { inherited.formUnion(axes[target]) }
      }
      let gathered = gatheredAxes(of: index, inherited)
      axes[index] = inherited.subtracting(gathered).union(ownAxes[index]).sorted()
      for coordinate in stage.references.flatMap(\.when)
      where !axes[index].contains(coordinate.axis) {
        diagnostics.report(
          .unrelatedAxis,
          "'\(stage.name)' does not vary along the axis '\(document.axes[coordinate.axis].name)'",
          at: coordinate.name)
      }
    }
  }

  private mutating func gatheredAxes(of index: Int, _ inherited: Set<Int>) -> Set<Int> {
    var gathered: Set<Int> = []
    for (name, node) in document.stages[index].gather {
      guard let axis = axisIndex[name] else {
        diagnostics.report(
          .unknownAxis, "no axis '\(name)'", at: node, written: name,
          known: document.axes.map(\.name))
        continue
      }
      if ownAxes[index].contains(axis) {
        diagnostics.report(
          .badGather, "a stage cannot gather the axis '\(name)' and refer to it", at: node)
      } else if !inherited.contains(axis), !hasCycle {
        diagnostics.report(
          .badGather,
          "nothing this stage needs varies along '\(name)'"
            + (inherited.isEmpty
              ? "" : ", but along " + Self.list(inherited.sorted().map { document.axes[$0].name })),
          at: node)
      }
      gathered.insert(axis)
    }
    return gathered
  }

  /// All combinations of values along the given axes that no `exclude` entry matches.
  func combinations(of axes: [Int]) -> [[Int]] {
    var all: [[Int]] = [[]]
    for axis in axes {
      all = all.flatMap { head in document.axes[axis].values.indices.map { head + [$0] } }
    }
    // Entries as (index in `axes`, value); an entry with another axis excludes nothing here.
    let entries = document.exclude.compactMap { entry -> [(place: Int, value: Int)]? in
      let places = entry.compactMap { coordinate in
        axes.firstIndex(of: coordinate.axis).map { ($0, coordinate.value) }
      }
      return places.isEmpty || places.count < entry.count ? nil : places
    }
    guard !entries.isEmpty else { return all }
    return all.filter { values in
      !entries.contains { $0.allSatisfy { values[$0.place] == $0.value } }
    }
  }

  /// The values of a cell's axes by name.
  func coordinates(of values: [Int], along axes: [Int]) -> [(name: String, value: AxisValue)] {
    zip(axes, values).map { axis, value in
      (document.axes[axis].name, document.axes[axis].values[value])
    }
  }
}
