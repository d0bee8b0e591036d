internal import PipelineDSL
internal import Statistics
public import Store

/// The differences between two values of an axis inside one run, paired over repeats, with intervals
/// and tests, as the stage kind `compare` makes them against a baseline.
public struct ValueComparison: Sendable {
  /// One metric of the cells of a stage that have the same other coordinates.
  struct Row: Sendable {
    /// The stage and the coordinates that the cells have in common.
    let name: String
    let metric: String
    /// The means over pairs.
    let first: Double
    let second: Double
    let differences: PairedDifferences
    /// p, adjusted by Holm's method for the rows of the metric.
    var adjusted: Double?

    /// What the test shows of the second value.
    var verdict: ComparisonVerdict {
      ComparisonVerdict(
        differences.sign, adjusted: adjusted, confidence: ValueRequest.confidence)
    }
  }

  /// A cell, and where it belongs.
  private struct Place: Hashable {
    let group: String
    let pair: String
  }

  let request: ValueRequest
  let run: RunSummary
  /// The axes over which cells were paired.
  let paired: [String]
  private(set) var rows: [Row] = []
  /// The number of cells without a partner.
  private(set) var unpaired = 0

  /// Compares the cells of a run.
  ///
  /// - Throws: `StoreError` if the record cannot be read, `QueryError` if the run has no such axis,
  ///   value or metric, or if the test lacks the numbers of samples.
  public init(_ request: ValueRequest, run: RunSummary, records: RunRecords) throws {
    (self.request, self.run) = (request, run)
    let facts = try RunFacts(run, records)
    let axes = GridAxes(facts, try records.edges(run: run.run.id))
    let names = facts.cells.map(\.row.cell)
    try Self.check(request, axes, names)
    let repeats = PipelineAxes(facts.pipelineText).repeats
    paired =
      request.paired.isEmpty
      ? axes.names.filter { repeats.contains($0) && $0 != request.axis } : request.paired
    guard !paired.isEmpty else {
      throw QueryError(
        "the run has no axis that repeats experiments; name the axes of pairs with --paired",
        in: request.text)
    }
    var sides: [Place: (first: RunFacts.CellFacts?, second: RunFacts.CellFacts?)] = [:]
    var order: [Place] = []
    for cell in facts.cells {
      let value = axes.value(of: cell.row.cell, request.axis)
      guard value == request.first || value == request.second, !cell.metrics.isEmpty else {
        continue
      }
      let place = Self.place(of: cell, axes, paired: paired, without: request.axis)
      if sides[place] == nil { order.append(place) }
      var both = sides[place] ?? (nil, nil)
      if value == request.first { both.first = cell } else { both.second = cell }
      sides[place] = both
    }
    unpaired = sides.values.count { $0.first == nil || $0.second == nil }
    var groups: [(name: String, pairs: [Pair])] = []
    for place in order {
      guard let both = sides[place], let first = both.first, let second = both.second else {
        continue
      }
      let pair = Pair(first: first, second: second)
      if let index = groups.firstIndex(where: { $0.name == place.group }) {
        groups[index].pairs.append(pair)
      } else {
        groups.append((place.group, [pair]))
      }
    }
    let metrics = try Self.metrics(request, groups.flatMap(\.pairs))
    for group in groups {
      rows += try Self.rows(group.name, group.pairs, metrics, request)
    }
    adjust()
  }

  /// Two cells that differ only in the value of the axis.
  private struct Pair {
    let first: RunFacts.CellFacts
    let second: RunFacts.CellFacts
  }

  private static func check(
    _ request: ValueRequest, _ axes: GridAxes, _ cells: [String]
  ) throws(QueryError) {
    for axis in [request.axis] + request.paired where !axes.names.contains(axis) {
      throw QueryError(
        unknown: "axis", axis, among: axes.names, in: axis == request.axis ? request.text : axis)
    }
    guard !request.paired.contains(request.axis) else {
      throw QueryError("cells cannot be paired over the axis that is compared", in: request.axis)
    }
    let known = axes.values(of: cells, request.axis)
    for (value, place) in [
      (request.first, request.axis.count + 1),
      (request.second, request.axis.count + request.first.count + 2),
    ] where !known.contains(value) {
      throw QueryError(
        unknown: "value of '\(request.axis)'", value, among: known, in: request.text, at: place)
    }
  }

  private static func place(
    of cell: RunFacts.CellFacts, _ axes: GridAxes, paired: [String], without axis: String
  ) -> Place {
    func coordinates(_ names: [String]) -> String {
      names.compactMap { name in
        axes.value(of: cell.row.cell, name).map { "\(name)=\($0)" }
      }.joined(separator: ",")
    }
    let others = coordinates(axes.names.filter { $0 != axis && !paired.contains($0) })
    return Place(
      group: cell.row.stage + (others.isEmpty ? "" : "@" + others), pair: coordinates(paired))
  }

  /// The metrics to compare: those that match the patterns or, without any, checked and test metrics.
  private static func metrics(
    _ request: ValueRequest, _ pairs: [Pair]
  ) throws(QueryError) -> [String] {
    let cells = pairs.flatMap { [$0.first, $0.second] }
    let known = Set(cells.flatMap { $0.metrics.map(\.name) }).sorted(by: RunFacts.natural)
    guard request.metrics.isEmpty else {
      for pattern in request.metrics where !known.contains(where: Glob(pattern).matches) {
        throw QueryError(unknown: "metric", pattern, among: known, in: pattern)
      }
      return known.filter { name in request.metrics.contains { Glob($0).matches(name) } }
    }
    let checked = Set(cells.flatMap { $0.checks.map(\.metric) })
    let leading = known.filter { LeadingMetric.leads($0, checked: checked) }
    return leading.isEmpty ? known : leading
  }

  private static func rows(
    _ name: String, _ pairs: [Pair], _ metrics: [String], _ request: ValueRequest
  ) throws(QueryError) -> [Row] {
    func values(_ cell: RunFacts.CellFacts) -> [String: Double] {
      Dictionary(cell.lastValues.map { ($0.name, $0.value) }) { _, last in last }
    }
    let sides = pairs.map { (first: values($0.first), second: values($0.second)) }
    let ratio = try ratio(sides.flatMap { [$0.first, $0.second] }, name, request)
    return metrics.compactMap { metric in
      let both = sides.compactMap { pair -> (first: Double, second: Double)? in
        guard let first = pair.first[metric], let second = pair.second[metric], first.isFinite,
          second.isFinite
        else { return nil }
        return (first, second)
      }
      guard !both.isEmpty else { return nil }
      let count = Double(both.count)
      return Row(
        name: name, metric: metric, first: both.reduce(0) { $0 + $1.first } / count,
        second: both.reduce(0) { $0 + $1.second } / count,
        differences: PairedDifferences(
          own: both.map(\.second), base: both.map(\.first), test: request.test, ratio: ratio,
          confidence: ValueRequest.confidence))
    }
  }

  /// The test samples per training sample; `nil` if the test needs none.
  private static func ratio(
    _ cells: [[String: Double]], _ name: String, _ request: ValueRequest
  ) throws(QueryError) -> Double? {
    guard request.test == .correctedT, !cells.isEmpty else { return nil }
    let ratios = cells.compactMap { cell -> Double? in
      guard let test = cell["test/samples"], let train = cell["train/samples"], test > 0, train > 0
      else { return nil }
      return test / train
    }
    guard ratios.count == cells.count else {
      throw QueryError(
        "corrected-t needs the metrics test/samples and train/samples, which \(name) lacks",
        in: request.test.rawValue)
    }
    return ratios.reduce(0, +) / Double(ratios.count)
  }

  private mutating func adjust() {
    for metric in Set(rows.map(\.metric)) {
      let places = rows.indices.filter { rows[$0].metric == metric }
      let adjusted = MultipleComparisons.holm.adjusted(
        places.map { rows[$0].differences.pValue })
      for (place, value) in zip(places, adjusted) { rows[place].adjusted = value }
    }
  }
}
