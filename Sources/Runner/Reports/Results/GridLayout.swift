internal import PipelineDSL
internal import Store

/// Arranges the metrics of a run in tables.
struct GridLayout {
  let facts: RunFacts
  let request: ResultsRequest
  /// The axes of the run.
  let axes: GridAxes
  /// The values without step of each cell, by metric.
  private(set) var values: [String: [String: Double]] = [:]
  /// The published values of each cell, by metric.
  private var published: [String: [String: RunFacts.Reference]] = [:]
  /// The cells that failed, or need one that did.
  private let failed: Set<String>

  /// Reads what the record has of a run.
  init(_ facts: RunFacts, _ edges: [EdgeRow], _ request: ResultsRequest) {
    (self.facts, self.request) = (facts, request)
    axes = GridAxes(facts, edges)
    for cell in facts.cells {
      // Without histories, whose last step need not be the one that was kept.
      for metric in cell.metrics where metric.step == nil && metric.value.isFinite {
        values[cell.row.cell, default: [:]][metric.name] = metric.value
      }
    }
    for reference in facts.references where reference.value.isFinite {
      let known = published[reference.cell]?[reference.metric]
      published[reference.cell, default: [:]][reference.metric] = known ?? reference
    }
    failed = Self.failed(facts, edges)
  }

  private static func failed(_ facts: RunFacts, _ edges: [EdgeRow]) -> Set<String> {
    let needed = Dictionary(grouping: edges, by: \.from)
    let skipped = Set(facts.cells.filter { $0.row.status == .skipped }.map(\.row.cell))
    var failed = Set(facts.cells.filter { $0.row.status == .failed }.map(\.row.cell))
    var stack = Array(failed)
    while let cell = stack.popLast() {
      for edge in needed[cell] ?? [] where skipped.contains(edge.to) {
        if failed.insert(edge.to).inserted { stack.append(edge.to) }
      }
    }
    return failed
  }

  /// The names of all metrics of the run, measured or published.
  var metricNames: Set<String> {
    Set(values.values.flatMap(\.keys)).union(published.values.flatMap(\.keys))
  }

  /// The metrics to show, in order.
  var metrics: [String] {
    guard request.metrics.isEmpty else { return request.metrics }
    var names: [String] = []
    for reference in facts.references where !names.contains(reference.metric) {
      names.append(reference.metric)
    }
    return names.isEmpty ? ResultsRequest.defaultMetrics : names
  }

  /// The tables of every stage that has one of the metrics.
  var tables: [GridTable] { facts.graph.stages.flatMap { tables(of: $0.name, $0.cells) } }

  private func tables(of stage: String, _ cells: [String]) -> [GridTable] {
    let metrics = metrics.filter { metric in
      cells.contains { values[$0]?[metric] != nil || published[$0]?[metric] != nil }
    }
    guard !metrics.isEmpty else { return [] }
    let own = axes.names.filter { axis in cells.contains { axes.value(of: $0, axis) != nil } }
    let repeats = own.filter(request.repeats)
    let (row, column) = choose(own.filter { !repeats.contains($0) }, cells)
    let rest = own.filter { !repeats.contains($0) && $0 != row && $0 != column }
    return axes.combinations(of: cells, rest).flatMap { combination -> [GridTable] in
      let members = cells.filter { cell in
        zip(rest, combination).allSatisfy { (axes.value(of: cell, $0) ?? "") == $1 }
      }
      let part = Part(
        stage: stage, cells: members, row: row, column: column,
        place: zip(rest, combination).map { (axis: $0, value: $1) }, repeats: repeats)
      let tables =
        column == nil ? [table(part, metrics)] : metrics.map { table(part, [$0]) }
      return tables.filter { table in table.cells.contains { $0.contains { !$0.isEmpty } } }
    }
  }

  /// The axes of rows and columns: as requested, otherwise those with the most values among cells
  /// with a published value, then among all.
  private func choose(_ axes: [String], _ cells: [String]) -> (row: String?, column: String?) {
    let known = cells.filter { published[$0] != nil }
    func count(_ axis: String) -> (known: Int, all: Int) {
      (self.axes.values(of: known, axis).count, self.axes.values(of: cells, axis).count)
    }
    let order = axes.enumerated().map { ($0.offset, $0.element, count($0.element)) }
      .sorted { left, right in
        (right.2.known, right.2.all, left.0) < (left.2.known, left.2.all, right.0)
      }.map { (axis: $0.1, all: $0.2.all) }
    let asked = (
      row: axes.first { $0 == request.rows }, column: axes.first { $0 == request.columns }
    )
    let row = asked.row ?? order.first { $0.axis != asked.column }?.axis
    let column = asked.column ?? order.first { $0.axis != row && $0.all > 1 }?.axis
    return (row, column)
  }

  /// The cells of one table, and its axes.
  private struct Part {
    let stage: String
    let cells: [String]
    let row: String?
    let column: String?
    let place: [(axis: String, value: String)]
    let repeats: [String]
  }

  /// A table of one metric, or of several as columns.
  private func table(_ part: Part, _ metrics: [String]) -> GridTable {
    func values(_ axis: String?) -> [String] { axis.map { axes.values(of: part.cells, $0) } ?? [] }
    let (rows, columns) = (values(part.row), values(part.column))
    var groups: [[String]: [String]] = [:]
    for cell in part.cells {
      let key = [part.row, part.column].map { $0.flatMap { axes.value(of: cell, $0) } ?? "" }
      groups[key, default: []].append(cell)
    }
    let cells = (rows.isEmpty ? [""] : rows).map { row -> [GridCell] in
      guard part.column == nil else {
        return columns.map { cell(groups[[row, $0]] ?? [], metrics[0]) }
      }
      return metrics.map { cell(groups[[row, ""]] ?? [], $0) }
    }
    return GridTable(
      stage: part.stage, metric: part.column == nil ? nil : metrics[0], rowAxis: part.row,
      columnAxis: part.column, place: part.place, repeats: part.repeats,
      rows: rows.isEmpty ? [part.stage] : rows, columns: part.column == nil ? metrics : columns,
      cells: cells)
  }

  /// The entry of some repeats.
  func cell(_ names: [String], _ metric: String) -> GridCell {
    let found = names.filter { values[$0]?[metric] != nil }
    var samples: Double?
    if metric.split(separator: "/").last == "accuracy", let only = found.first {
      samples = values[only]?[String(metric.dropLast("accuracy".count)) + "samples"]
    }
    var cell = GridCell(
      values: found.compactMap { values[$0]?[metric] }, of: names.count, samples: samples,
      hasFailed: names.contains(where: failed.contains))
    if let reference = names.lazy.compactMap({ published[$0]?[metric] }).first {
      (cell.published, cell.source) = (reference.value, reference.source)
    }
    return cell
  }
}
