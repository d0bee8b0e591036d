internal import PipelineDSL
public import Store

/// The results of some runs as tables in the layout of a paper, each value beside the published one.
///
/// The text depends only on the record, the store and the request.
public struct ResultsReport: Sendable {
  /// A form of the text.
  public enum Format: String, Sendable, CaseIterable {
    /// Markdown with tables.
    case markdown
    /// One row per entry of a table; no tables of `compare` stages.
    case csv
    /// One `table` per table, for the package `booktabs`.
    case latex
    /// Everything, with numbers in full.
    case json
  }

  /// The runs, in the order given.
  let runs: [RunResults]
  private let request: ResultsRequest

  /// Reads the results of some runs.
  ///
  /// - Throws: An error if the record cannot be read. Objects that are missing from the store are
  ///   reported in their place.
  public init(
    _ runs: [RunSummary], records: RunRecords, objects: ObjectStore,
    request: ResultsRequest = ResultsRequest()
  ) throws(StoreError) {
    let reader = ArtifactReader(objects)
    var results: [RunResults] = []
    for run in runs { results.append(try RunResults(run, records, reader, request)) }
    self.runs = results
    self.request = request
  }

  /// The latest run of each pipeline in a record, sorted by pipeline; runs that have not ended count
  /// only where no other has.
  ///
  /// - Throws: An error if the record cannot be read.
  public static func latest(_ records: RunRecords) throws(StoreError) -> [RunSummary] {
    var latest: [String: RunSummary] = [:]
    // Newest first.
    for run in try records.runs() {
      guard let known = latest[run.run.pipeline] else {
        latest[run.run.pipeline] = run
        continue
      }
      if known.end == nil, run.end != nil { latest[run.run.pipeline] = run }
    }
    return latest.values.sorted { RunFacts.natural($0.run.pipeline, $1.run.pipeline) }
  }

  /// Why the request fits none of the runs, with a hint to a similar name; `nil` if it fits.
  public var problem: String? {
    let axes = Set(runs.flatMap(\.axes)).sorted(by: RunFacts.natural)
    let asked =
      [("--rows", request.rows), ("--columns", request.columns)]
      + request.repeats.map { ("--repeats", Optional($0)) }
    for (option, axis) in asked {
      guard let axis, !axes.contains(axis) else { continue }
      return "\(option): no run has an axis '\(axis)'\(NearestName.hint(for: axis, among: axes))"
    }
    if let rows = request.rows, rows == request.columns {
      return "--rows and --columns both name '\(rows)'"
    }
    for (option, axis) in asked.prefix(2) {
      guard let axis, request.repeats(axis) else { continue }
      return "\(option): means are taken over '\(axis)'; name other axes with --repeats"
    }
    let metrics = Set(runs.flatMap(\.metrics)).sorted(by: RunFacts.natural)
    for metric in request.metrics where !metrics.contains(metric) {
      return "--metric: no run has '\(metric)'\(NearestName.hint(for: metric, among: metrics))"
    }
    return nil
  }

  /// The results in a format.
  public func text(_ format: Format) -> String {
    switch format {
    case .markdown: markdown
    case .csv: csv
    case .latex: latex
    case .json: JSONPrettyForm.text(of: json)
    }
  }
}
