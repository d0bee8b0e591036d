internal import PipelineDSL
internal import Store

/// The values of fields over some runs, read from the record once.
struct RunValues {
  private var metrics: [String: [String: [String: Double]]] = [:]
  private var parameters: [String: [String: String]] = [:]
  private var cells: [String: [String]] = [:]
  private var coordinates: [String: [String: [String: String]]] = [:]

  /// Reads what some fields need.
  ///
  /// - Throws: `StoreError` if the record cannot be read.
  init(
    _ fields: some Sequence<FilterField>, of runs: [RunSummary], records: RunRecords
  ) throws(StoreError) {
    // A few runs are read by their index, many in one pass over the record.
    let single = runs.count <= 16
    var needsAxes = false
    for field in Set(fields) {
      switch field {
      case .metric(let name):
        var found: [String: [String: Double]] = [:]
        for run in single ? runs.map({ Optional($0.run.id) }) : [nil] {
          for value in try records.lastValues(of: name, run: run) {
            found[value.run, default: [:]][value.cell] = value.value
          }
        }
        metrics[name] = found
      case .axis: needsAxes = true
      case .parameter(let name): parameters[name] = try records.values(ofParameter: name)
      default: break
      }
    }
    if needsAxes { try readCoordinates(of: runs, records, single: single) }
    for (run, values) in metrics.values.flatMap(\.self) {
      cells[run, default: []] += values.keys
    }
    cells = cells.mapValues { Array(Set($0)).sorted(by: RunFacts.natural) }
  }

  private mutating func readCoordinates(
    of runs: [RunSummary], _ records: RunRecords, single: Bool
  ) throws(StoreError) {
    var found: [String: [String]] = [:]
    for run in single ? runs.map({ Optional($0.run.id) }) : [nil] {
      found.merge(try records.cellsWithAxes(run: run)) { $0 + $1 }
    }
    var axes: [Digest: [String]] = [:]
    for run in runs {
      guard let own = found[run.run.id] else { continue }
      let digest = run.run.pipelineDigest
      if axes[digest] == nil {
        // A text that was modified is reported by an audit; here, names are split without it.
        axes[digest] = PipelineAxes((try? records.pipelineText(digest)) ?? nil).names
      }
      var values: [String: [String: String]] = [:]
      for cell in own {
        values[cell] = Dictionary(
          CellCoordinates(cell, axes: axes[digest] ?? []).values.map { ($0.axis, $0.value) }
        ) { first, _ in first }
      }
      coordinates[run.run.id] = values
      cells[run.run.id] = own
    }
  }

  /// The cells of a run of which something is known, in natural order.
  func cells(of run: String) -> [String] { cells[run] ?? [] }

  /// Whether any run has a metric.
  func hasMetric(_ name: String) -> Bool { metrics[name]?.isEmpty == false }

  /// Whether any run has a parameter.
  func hasParameter(_ name: String) -> Bool { parameters[name]?.isEmpty == false }

  /// The names of the axes along which cells vary.
  var axisNames: Set<String> {
    Set(coordinates.values.flatMap { $0.values.flatMap(\.keys) })
  }

  /// The last value of a metric of a cell.
  func metric(_ name: String, _ run: String, _ cell: String) -> Double? {
    metrics[name]?[run]?[cell]
  }

  /// The value of a cell along an axis.
  func axis(_ name: String, _ run: String, _ cell: String) -> String? {
    coordinates[run]?[cell]?[name]
  }

  /// A parameter of a run.
  func parameter(_ name: String, _ run: String) -> JSONValue? {
    (parameters[name]?[run]).flatMap { try? JSONParser.parse($0) }
  }

  /// The value of a field for a cell of a run; an empty name stands for the run itself.
  func value(of field: FilterField, _ run: RunSummary, _ marks: RunMarks, cell: String)
    -> FilterValue
  {
    let id = run.run.id
    switch field {
    case .metric(let name): return metric(name, id, cell).map { .number($0) } ?? .absent
    case .axis(let name): return axis(name, id, cell).map { .text($0) } ?? .absent
    case .parameter(let name):
      guard let value = parameter(name, id) else { return .absent }
      return .text(value.text ?? JSONCanonicalForm.text(of: value))
    case .pipeline: return .text(run.run.pipeline)
    case .status: return .text(run.status)
    case .started: return .text(String(Display.time(run.run.started).dropLast(4)))
    case .tag: return .texts(marks.tags)
    case .host: return .text(run.run.host)
    case .user: return .text(run.run.user)
    }
  }
}
