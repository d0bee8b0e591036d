internal import PipelineDSL
internal import Statistics
internal import Store

/// The scores that a reader looks for first: those of the test set, or of validation without one,
/// for the cells of one stage, with repeats of an experiment taken together.
struct Headline: Sendable {
  /// The value of a metric in one row.
  struct Value: Sendable, Hashable {
    /// The value, for repeats their mean.
    let mean: Double
    /// The sample standard deviation over repeats; `nil` for a single value.
    let deviation: Double?
    /// The interval that the stage reported; `nil` for repeats, and if it reported none.
    let interval: ClosedRange<Double>?
    /// The published value.
    let published: RunFacts.Reference?
  }

  /// A cell, or the cells that differ only along the axes of repeats.
  struct Row: Sendable {
    /// The cell's name, without the axes of repeats.
    let name: String
    /// The number of cells with values.
    let count: Int
    /// The number of cells, with those that failed or did not run.
    let expected: Int
    /// The values, by metric without the part.
    let values: [String: Value]
  }

  /// The metrics that come first, in order.
  private static let order = [
    "accuracy", "macro-f1", "macro-f1-present", "weighted-f1", "macro-sensitivity",
    "macro-specificity", "macro-precision", "macro-auc", "loss",
  ]
  private static let columnLimit = 9

  /// The stage.
  let stage: String
  /// The part: `test` or `validation`.
  let part: Part
  /// The metrics, without the part.
  let metrics: [String]
  /// The rows, in the order of the cells.
  let rows: [Row]

  /// The headlines of all stages that have some.
  static func all(_ facts: RunFacts) -> [Headline] {
    let axes = PipelineAxes(facts.pipelineText)
    let references = Dictionary(grouping: facts.references, by: \.cell)
    let cells = Dictionary(grouping: facts.cells, by: \.row.stage)
    return facts.graph.stages.compactMap { stage in
      cells[stage.name].flatMap { Headline(of: stage.name, $0, axes, references) }
    }
  }

  private init?(
    of stage: String, _ cells: [RunFacts.CellFacts], _ axes: PipelineAxes,
    _ references: [String: [RunFacts.Reference]]
  ) {
    let parts = [Part.test, .validation].map { part in
      (part: part, accuracy: part.rawValue + "/accuracy")
    }
    // Without histories, whose last step need not be the one that was kept.
    guard
      let part = parts.first(where: { part in
        cells.contains { cell in
          cell.metrics.contains { $0.step == nil && $0.name == part.accuracy }
        }
      })?.part
    else { return nil }
    let prefix = part.rawValue + "/"
    let finals = cells.map { cell in
      let own = cell.metrics.lazy.filter { $0.step == nil && $0.name.hasPrefix(prefix) }
      return Dictionary(own.map { ($0.name, $0.value) }) { $1 }
    }
    let names = Set(finals.flatMap(\.keys))
    let own = names.map { String($0.dropFirst(prefix.count)) }
      .filter { !$0.contains("/") && $0 != "samples" }
      .filter { !$0.hasSuffix("-low") && !$0.hasSuffix("-high") }
    let known = Self.order.filter(own.contains)
    let others = own.filter { !Self.order.contains($0) }.sorted()
    (self.stage, self.part) = (stage, part)
    metrics = Array((known + others).prefix(Self.columnLimit))
    var (groups, places): ([(name: String, members: [Int])], [String: Int]) = ([], [:])
    for (index, cell) in cells.enumerated() {
      let name = Self.name(of: cell.row.cell, axes)
      if let place = places[name] {
        groups[place].members.append(index)
      } else {
        places[name] = groups.count
        groups.append((name, [index]))
      }
    }
    rows = groups.compactMap { [metrics] name, members in
      let measured = members.filter { !finals[$0].isEmpty }
      guard !measured.isEmpty else { return nil }
      var values: [String: Value] = [:]
      let published = members.flatMap { references[cells[$0].row.cell] ?? [] }
      for metric in metrics {
        values[metric] = Self.value(
          prefix + metric, measured.map { finals[$0] },
          published.first { $0.metric == prefix + metric })
      }
      return Row(
        name: name, count: measured.count, expected: members.count, values: values)
    }
  }

  /// A cell's name without the axes of repeats.
  private static func name(of cell: String, _ axes: PipelineAxes) -> String {
    guard !axes.repeats.isEmpty else { return cell }
    let kept = CellCoordinates(cell, axes: axes.names).values.filter {
      !axes.repeats.contains($0.axis)
    }
    let place = kept.map { "\($0.axis)=\($0.value)" }.joined(separator: ",")
    let stage = StageGraph.stage(of: cell)
    return place.isEmpty ? stage : "\(stage)@\(place)"
  }

  private static func value(
    _ metric: String, _ cells: [[String: Double]], _ published: RunFacts.Reference?
  ) -> Value? {
    let found = cells.compactMap { $0[metric] }
    guard let first = found.first else { return nil }
    guard found.count > 1 else {
      let own = cells.first { $0[metric] != nil } ?? [:]
      var interval: ClosedRange<Double>?
      if let low = own[metric + "-low"], let high = own[metric + "-high"], low <= high {
        interval = low...high
      }
      return Value(mean: first, deviation: nil, interval: interval, published: published)
    }
    guard found.allSatisfy(\.isFinite) else {
      return Value(mean: .nan, deviation: nil, interval: nil, published: published)
    }
    let mean = MeanInterval(of: found)
    return Value(
      mean: mean.mean, deviation: mean.deviation, interval: nil, published: published)
  }
}
