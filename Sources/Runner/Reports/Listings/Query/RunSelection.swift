internal import PipelineDSL
public import Store

/// The runs for which a filter holds, each with the cells for which it holds.
public struct RunSelection: Sendable {
  /// A selected run.
  struct Match: Sendable {
    let run: RunSummary
    let marks: RunMarks
    /// The cells for which the filter holds; `nil` if it holds for the run as a whole.
    let cells: Set<String>?
  }

  let matches: [Match]

  /// Selects among some runs; all of them without a filter.
  ///
  /// A run is selected if the filter holds for one of its cells, or already for the run itself.
  ///
  /// - Throws: `StoreError` if the record cannot be read, `QueryError` if the filter names a metric,
  ///   an axis or a parameter that none of the runs has.
  public init(_ runs: [RunSummary], where filter: Filter?, records: RunRecords) throws {
    let marks = try records.marks()
    guard let filter else {
      matches = runs.map {
        Match(run: $0, marks: marks[$0.run.id] ?? RunMarks([]), cells: nil)
      }
      return
    }
    let values = try RunValues(filter.comparisons.map(\.field), of: runs, records: records)
    if !runs.isEmpty { try Self.check(filter, values, records) }
    matches = runs.compactMap { run in
      let own = marks[run.run.id] ?? RunMarks([])
      func holds(_ cell: String) -> Bool {
        filter.holds { values.value(of: $0, run, own, cell: cell) }
      }
      if holds("") { return Match(run: run, marks: own, cells: nil) }
      let cells = values.cells(of: run.run.id).filter(holds)
      return cells.isEmpty ? nil : Match(run: run, marks: own, cells: Set(cells))
    }
  }

  /// The selected runs.
  public var runs: [RunSummary] { matches.map(\.run) }

  /// The cells of a run for which the filter holds, none if it is not selected; `nil` for all.
  public func cells(of run: RunSummary) -> Set<String>? {
    guard let match = matches.first(where: { $0.run.run.id == run.run.id }) else { return [] }
    return match.cells
  }

  /// Refuses names that nothing has: a typing error would otherwise select nothing.
  private static func check(
    _ filter: Filter, _ values: RunValues, _ records: RunRecords
  ) throws {
    for comparison in filter.comparisons {
      let missing: (what: String, name: String, known: [String])? =
        switch comparison.field {
        case .metric(let name) where !values.hasMetric(name):
          ("metric", name, try records.metricNames())
        case .axis(let name) where !values.axisNames.contains(name):
          ("axis", name, values.axisNames.sorted())
        case .parameter(let name) where !values.hasParameter(name):
          ("parameter", name, try records.parameterNames())
        default: nil
        }
      guard let missing else { continue }
      // A name that is known, but of other runs, is not an error: nothing is selected.
      guard !missing.known.contains(missing.name) else { continue }
      throw QueryError(
        unknown: missing.what, missing.name, among: missing.known, in: filter.text,
        at: comparison.place)
    }
  }
}
