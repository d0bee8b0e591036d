public import PipelineDSL
public import Store

/// Metrics of one or more runs side by side: the last values, or whole histories.
public struct MetricListing: Sendable {
  /// A cell of a run with the selected metrics.
  private struct Entry: Sendable {
    let run: String
    let cell: String
    let metrics: [StageMetric]
  }

  /// With more metrics than this, a line shows one metric of all runs instead of one cell of a run.
  private static let columnLimit = 8

  private let runs: [String]
  private let entries: [Entry]
  private let history: Bool
  /// The patterns that match no metric of the runs, each with a hint to a similar name, if any.
  public let unmatched: [(pattern: String, hint: String)]

  /// Metrics of some runs: those that match one of the patterns in `names` (`test/*`), or all if
  /// there are none; `history` shows every step instead of the last value.
  ///
  /// - Throws: An error if the record cannot be read.
  public init(
    _ runs: [RunSummary], records: RunRecords, names: [String] = [], history: Bool = false
  ) throws(StoreError) {
    let globs = names.map(Glob.init)
    self.runs = runs.map(\.run.id)
    self.history = history
    var entries: [Entry] = []
    var known: Set<String> = []
    for run in runs {
      for cell in try RunFacts(run, records).cells {
        known.formUnion(cell.metrics.map(\.name))
        let wanted = cell.metrics.filter { metric in
          globs.isEmpty || globs.contains { $0.matches(metric.name) }
        }
        guard !wanted.isEmpty else { continue }
        entries.append(Entry(run: run.run.id, cell: cell.row.cell, metrics: wanted))
      }
    }
    self.entries = entries
    unmatched = zip(names, globs).filter { glob in !known.contains { glob.1.matches($0) } }
      .map { ($0.0, NearestName.hint(for: $0.0, among: known.sorted())) }
  }

  private var names: [String] {
    Set(entries.flatMap { $0.metrics.map(\.name) }).sorted(by: RunFacts.natural)
  }

  /// The metrics as text.
  public var text: String {
    guard !entries.isEmpty else { return "no metrics are recorded\n" }
    if history { return stepTable.text }
    return names.count <= Self.columnLimit ? cellTable.text : metricTable.text
  }

  /// One line per cell of a run, one column per metric.
  private var cellTable: TextTable {
    let names = names
    var table = TextTable([.left("run"), .left("cell")] + names.map { .right($0) })
    for entry in entries {
      let last = Self.last(entry.metrics)
      table.append(
        [entry.run, entry.cell] + names.map { last[$0].map(Display.number) ?? "" })
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

  /// One line per step of a cell of a run, one column per metric.
  private var stepTable: TextTable {
    let names = names
    var table = TextTable(
      [.left("run"), .left("cell"), .right("step")] + names.map { .right($0) })
    for entry in entries {
      var steps: [Int?: [String: Double]] = [:]
      for metric in entry.metrics { steps[metric.step, default: [:]][metric.name] = metric.value }
      for step in steps.keys.sorted(by: { ($0 ?? .max) < ($1 ?? .max) }) {
        table.append(
          [entry.run, entry.cell, step.map { String($0) } ?? ""]
            + names.map { steps[step]?[$0].map(Display.number) ?? "" })
      }
    }
    return table
  }

  /// The metrics as JSON.
  public var json: JSONValue {
    .array(
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
