internal import Foundation
internal import PipelineDSL
internal import Statistics
internal import Store

/// The mean change of a metric between two runs, over cells that repeat one experiment.
struct RepeatComparison: Sendable {
  /// The stage.
  let stage: String
  /// The coordinates that the cells have in common, such as `backbone=vgg16`; may be empty.
  let coordinates: String
  /// The axes along which the paired cells vary.
  let over: [String]
  /// The metric.
  let metric: String
  /// The mean in each run.
  let a: Double
  let b: Double
  /// The mean of b - a over pairs, with its interval.
  let interval: PairedBootstrap
  /// The number of pairs left out because a value is missing or not finite.
  let leftOut: Int

  /// Compares the last values of metrics over the cells that both runs have.
  ///
  /// Cells are paired by name: the stage and its coordinates. Cells of a stage that differ only
  /// along the axes of repeats form a group; other cells are different conditions, over which no
  /// mean is taken. Metrics that are equal in all pairs of a group are counted, not listed.
  static func all(
    _ shared: [(a: RunFacts.CellFacts, b: RunFacts.CellFacts)], pipelineText: String?
  ) -> (comparisons: [RepeatComparison], unchanged: Int) {
    let axes = PipelineAxes(pipelineText)
    var groups: [(stage: String, name: String, over: [String], members: [Int])] = []
    var places: [String: Int] = [:]
    for (index, pair) in shared.enumerated() {
      let cell = CellCoordinates(pair.b.row.cell, axes: axes.names)
      let over = cell.values.map(\.axis).filter(axes.repeats.contains)
      guard !over.isEmpty else { continue }
      let kept = cell.values.filter { !over.contains($0.axis) }
      let name = kept.map { "\($0.axis)=\($0.value)" }.joined(separator: ",")
      let id = "\(pair.b.row.stage)\u{1F}\(name)"
      if let place = places[id] {
        groups[place].members.append(index)
      } else {
        places[id] = groups.count
        groups.append((pair.b.row.stage, name, over, [index]))
      }
    }
    var (comparisons, unchanged) = ([RepeatComparison](), 0)
    for group in groups where group.members.count >= PairedBootstrap.fewest {
      let (found, same) = compare(group.members.map { shared[$0] }) {
        RepeatComparison(
          stage: group.stage, coordinates: group.name, over: group.over, metric: $0, a: $1, b: $2,
          interval: $3, leftOut: $4)
      }
      comparisons += found
      unchanged += same
    }
    return (comparisons, unchanged)
  }

  private static func compare(
    _ pairs: [(a: RunFacts.CellFacts, b: RunFacts.CellFacts)],
    _ make: (String, Double, Double, PairedBootstrap, Int) -> RepeatComparison
  ) -> (found: [RepeatComparison], unchanged: Int) {
    func values(_ cell: RunFacts.CellFacts) -> [String: Double] {
      Dictionary(cell.lastValues.map { ($0.name, $0.value) }) { _, last in last }
    }
    let (left, right) = (pairs.map { values($0.a) }, pairs.map { values($0.b) })
    // The same values lead to the same draws, whichever runs they come from.
    let seed = digest(left, right).seed
    var draws: [Int: PairedBootstrap.Draws] = [:]
    var (found, unchanged) = ([RepeatComparison](), 0)
    let names = Set(left.flatMap(\.keys)).intersection(right.flatMap(\.keys))
    for name in names.sorted(by: RunFacts.natural) {
      let both = zip(left, right).compactMap { a, b -> (a: Double, b: Double)? in
        guard let a = a[name], let b = b[name], a.isFinite, b.isFinite else { return nil }
        return (a, b)
      }
      guard both.count >= PairedBootstrap.fewest else { continue }
      guard both.contains(where: { $0.a != $0.b }) else {
        unchanged += 1
        continue
      }
      let drawn = draws[both.count] ?? PairedBootstrap.Draws(pairs: both.count, seed: seed)
      draws[both.count] = drawn
      let count = Double(both.count)
      found.append(
        make(
          name, both.reduce(0) { $0 + $1.a } / count, both.reduce(0) { $0 + $1.b } / count,
          PairedBootstrap(both.map { $0.b - $0.a }, drawn), pairs.count - both.count))
    }
    return (found, unchanged)
  }

  private static func digest(_ a: [[String: Double]], _ b: [[String: Double]]) -> Digest {
    var text = ""
    for values in a + b {
      for (name, value) in values.sorted(by: { $0.key < $1.key }) {
        text += "\(name)\u{1F}\(value.bitPattern)\n"
      }
      text += "\n"
    }
    return Digest.of(text)
  }
}

/// The axes of a pipeline, and those that repeat experiments: the axes that seeds refer to.
struct PipelineAxes {
  let names: [String]
  let repeats: Set<String>

  /// The axes in a pipeline's text; empty if it cannot be read.
  init(_ text: String?) {
    let pipeline = PipelineText(text)
    names = pipeline.axes
    // A stage's seed is `${seed}` unless the stage sets another.
    var referred: Set<String> = ["seed"]
    for stage in pipeline.stages {
      guard let seed = stage.value["seed"]?.text else { continue }
      for axis in names where seed.contains("${\(axis)}") || seed.contains("${\(axis).") {
        referred.insert(axis)
      }
    }
    repeats = referred.intersection(names)
  }
}
