public import PipelineDSL
public import Store

/// Metrics of one or more runs side by side: the last values, or whole histories.
public struct MetricListing: Sendable {
  /// A cell of a run with the selected metrics.
  private struct Entry: Sendable {
    let run: String
    let cell: String
    let axes: [(axis: String, value: String)]
    let metrics: [StageMetric]
  }

  /// With more metrics than this, a line shows one metric of all runs instead of one cell of a run.
  private static let columnLimit = 8

  private let runs: [String]
  private let entries: [Entry]
  private let history: Bool
  private let request: ListingRequest
  private let table: ListingTable
  /// The patterns that match no metric of the runs, each with a hint to a similar name, if any.
  public let unmatched: [(pattern: String, hint: String)]

  /// Metrics of selected cells of some runs: those that match one of the patterns in `names`
  /// (`test/*`), or all without any; `history` shows every step instead of the last value.
  ///
  /// - Throws: `StoreError` if the record cannot be read, `QueryError` if the request names an unknown
  ///   column.
  public init(
    _ selection: RunSelection, records: RunRecords, names: [String] = [], history: Bool = false,
    request: ListingRequest = ListingRequest()
  ) throws {
    let globs = names.map(Glob.init)
    runs = selection.runs.map(\.run.id)
    self.history = history
    self.request = request
    var entries: [Entry] = []
    var known: Set<String> = []
    for match in selection.matches {
      let facts = try RunFacts(match.run, records)
      let axes = PipelineAxes(facts.pipelineText).names
      for cell in facts.cells where match.cells?.contains(cell.row.cell) ?? true {
        known.formUnion(cell.metrics.map(\.name))
        let wanted = cell.metrics.filter { metric in
          globs.isEmpty || globs.contains { $0.matches(metric.name) }
        }
        guard !wanted.isEmpty else { continue }
        entries.append(
          Entry(
            run: match.run.run.id, cell: cell.row.cell,
            axes: CellCoordinates(cell.row.cell, axes: axes).values, metrics: wanted))
      }
    }
    self.entries = entries
    unmatched = zip(names, globs).filter { glob in !known.contains { glob.1.matches($0) } }
      .map { ($0.0, NearestName.hint(for: $0.0, among: known.sorted())) }
    table = try Self.table(entries, history: history).requested(request)
  }

  // MARK: Tables

  /// One line per cell of a run, or per step of it; one column per metric, and one per axis on
  /// request.
  private static func table(_ entries: [Entry], history: Bool) -> ListingTable {
    let names = Self.names(of: entries)
    var axes: [String] = []
    for axis in entries.flatMap({ $0.axes.map(\.axis) }) where !axes.contains(axis) {
      axes.append(axis)
    }
    var columns: [ListingTable.Column] = [
      .init(name: "run", style: .fixed("run", importance: 1_000_000)),
      .init(name: "cell", style: .left("cell")),
    ]
    columns += axes.map { .init(name: "axis." + $0, style: .left("axis." + $0), isDefault: false) }
    if history { columns.append(.init(name: "step", style: .right("step"))) }
    // On a narrow terminal, the last metrics are left out first.
    columns += names.enumerated().map { index, name in
      .init(name: name, style: .right(name, importance: names.count - index))
    }
    var table = ListingTable(columns, empty: "no metrics are recorded\n")
    for entry in entries {
      let head =
        [ListingTable.Field(entry.run), .init(entry.cell)]
        + axes.map { axis in
          let value = entry.axes.first { $0.axis == axis }?.value
          return .init(value ?? "", value.map { .string($0) } ?? .null)
        }
      if !history {
        let last = Self.last(entry.metrics)
        table.append(head + names.map { .init(last[$0]) })
        continue
      }
      var steps: [Int?: [String: Double]] = [:]
      for metric in entry.metrics { steps[metric.step, default: [:]][metric.name] = metric.value }
      for step in steps.keys.sorted(by: { ($0 ?? .max) < ($1 ?? .max) }) {
        table.append(head + [.init(step)] + names.map { .init(steps[step]?[$0]) })
      }
    }
    return table
  }

  /// One line per metric of a cell, one column per run.
  private var metricTable: TextTable {
    var order: [[String]] = []
    var values: [[String]: [String: Double]] = [:]
    for entry in entries {
      let last = Self.last(entry.metrics)
      for name in last.keys.sorted(by: RunFacts.natural) {
        let line = [entry.cell, name]
        if values[line] == nil { order.append(line) }
        values[line, default: [:]][entry.run] = last[name]
      }
    }
    var table = TextTable([.left("cell"), .left("metric")] + runs.map { .right($0) })
    for line in order {
      table.append(line + runs.map { values[line]?[$0].map(Display.number) ?? "" })
    }
    return table
  }

  private static func names(of entries: [Entry]) -> [String] {
    Set(entries.flatMap { $0.metrics.map(\.name) }).sorted(by: RunFacts.natural)
  }

  /// Whether one line shows one metric of all runs: there are many metrics, or too many for a
  /// terminal, and no column was asked for.
  private func showsMetrics(width: Int?) -> Bool {
    guard !history, request.isPlain, !entries.isEmpty else { return false }
    if Self.names(of: entries).count > Self.columnLimit { return true }
    return width.map { !table.textTable.fits($0) && metricTable.fits($0) } ?? false
  }

  /// The metrics as text for a terminal of some width, or in full.
  public func text(width: Int?) -> String {
    showsMetrics(width: width) ? metricTable.text(width: width) : table.text(width: width)
  }

  /// The metrics as Markdown.
  public var markdown: String {
    showsMetrics(width: nil) ? metricTable.markdown : table.markdown
  }

  /// The metrics as CSV: one row per cell of a run, or per step.
  public var csv: String { table.csv }

  /// The metrics as JSON: one object per cell of a run or, if columns, an order or a limit were asked
  /// for, one per line of the table.
  public var json: JSONValue {
    guard request.isPlain, request.limit == nil else { return table.json }
    return .array(
      entries.map { entry in
        let names = Set(entry.metrics.map(\.name)).sorted(by: RunFacts.natural)
        let last = Self.last(entry.metrics)
        let metrics = names.map { name -> (String, JSONValue) in
          guard history else { return (name, last[name].map(Display.json) ?? .null) }
          let steps = entry.metrics.filter { $0.name == name }.map { metric -> JSONValue in
            [
              "step": metric.step.map { .integer($0) } ?? .null,
              "value": Display.json(metric.value),
            ]
          }
          return (name, .array(steps))
        }
        return [
          "run": .string(entry.run), "cell": .string(entry.cell),
          "metrics": .object(JSONObject(metrics)),
        ]
      })
  }

  private static func last(_ metrics: [StageMetric]) -> [String: Double] {
    Dictionary(metrics.map { ($0.name, $0.value) }) { _, last in last }
  }
}
