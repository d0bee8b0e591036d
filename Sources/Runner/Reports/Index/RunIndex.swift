internal import PipelineDSL
internal import Store

/// All runs of a record with their headline metrics, read with a handful of queries.
struct RunIndex: Sendable {
  /// A run.
  struct Entry: Sendable {
    let summary: RunSummary
    let marks: RunMarks
    /// The number of checks that were not met.
    var missedChecks = 0
    /// The number of checks.
    var checks = 0
  }

  /// A metric of a stage over the runs of a pipeline.
  struct Series: Sendable {
    /// The pipeline.
    let pipeline: String
    /// The stage and the metric.
    let stage: String
    let metric: String
    /// The latest thresholds of its checks.
    var thresholds: [(relation: String, threshold: Double)] = []
    /// The values, by the index of the run.
    var values: [Int: MetricOverview] = [:]

    /// The name for display: `scores test/macro-f1`.
    var name: String { "\(stage) \(metric)" }
  }

  /// The maximum number of metrics that are shown for one pipeline.
  static let seriesLimit = 6

  /// The runs, newest first.
  private(set) var runs: [Entry] = []
  /// The pipelines, the one with the newest run first.
  private(set) var pipelines: [String] = []
  /// The headline metrics of each pipeline, most important first.
  private(set) var series: [String: [Series]] = [:]
  /// The parameters: for each name, the JSON text of its value by the index of the run.
  private(set) var parameters: [(name: String, values: [Int: String])] = []

  /// Reads the runs of a record.
  ///
  /// - Throws: An error if the record cannot be read.
  init(_ records: RunRecords) throws(StoreError) {
    let marks = try records.marks()
    runs = try records.runs().map { Entry(summary: $0, marks: marks[$0.run.id] ?? RunMarks([])) }
    var seen: Set<String> = []
    pipelines = runs.map(\.summary.run.pipeline).filter { seen.insert($0).inserted }
    let places = Dictionary(zip(runs.map(\.summary.run.id), 0...)) { first, _ in first }
    var collected = Collected()
    for check in try records.checkOverview() {
      guard let place = places[check.values.run] else { continue }
      runs[place].checks += check.cells
      runs[place].missedChecks += check.missed
      collected.add(check, at: place, pipeline: runs[place].summary.run.pipeline)
    }
    for metric in try records.testMetricOverview() {
      guard let place = places[metric.run] else { continue }
      collected.add(metric, at: place, pipeline: runs[place].summary.run.pipeline)
    }
    // A pipeline without checks and without a test set shows what it has.
    for pipeline in pipelines
    where Self.headline(collected.pipelines[pipeline] ?? [:]).isEmpty {
      for metric in try records.metricOverview(pipeline: pipeline) {
        guard let place = places[metric.run] else { continue }
        collected.add(metric, at: place, pipeline: pipeline)
      }
    }
    series = collected.pipelines.mapValues(Self.headline)
    var names: [String: Int] = [:]
    for parameter in try records.parameterOverview() {
      guard let place = places[parameter.run] else { continue }
      if names[parameter.name] == nil {
        names[parameter.name] = parameters.count
        parameters.append((parameter.name, [:]))
      }
      if let name = names[parameter.name] { parameters[name].values[place] = parameter.value }
    }
    parameters.sort { RunFacts.natural($0.name, $1.name) }
  }

  /// The headline metrics of an entry that it has, most important first.
  func headline(_ place: Int) -> [(series: Series, value: MetricOverview)] {
    (series[runs[place].summary.run.pipeline] ?? []).compactMap { series in
      series.values[place].map { (series, $0) }
    }
  }

  /// Metrics while they are collected: by pipeline, then by stage and metric.
  private struct Collected {
    var pipelines: [String: [String: Series]] = [:]
    /// The newest run whose checks gave a series its thresholds.
    private var sources: [String: Int] = [:]

    mutating func add(_ overview: MetricOverview, at place: Int, pipeline: String) {
      change(overview, pipeline) { $0.values[place] = overview }
    }

    mutating func add(_ check: CheckOverview, at place: Int, pipeline: String) {
      let id = "\(pipeline)\u{1F}\(check.values.stage)\u{1F}\(check.values.metric)"
      let newest = sources[id] ?? .max
      // Runs are sorted newest first.
      if place < newest { sources[id] = place }
      change(check.values, pipeline) { series in
        series.values[place] = check.values
        if place < newest { series.thresholds = [] }
        if place <= newest { series.thresholds.append((check.relation, check.threshold)) }
      }
    }

    private mutating func change(
      _ overview: MetricOverview, _ pipeline: String, _ body: (inout Series) -> Void
    ) {
      let name = "\(overview.stage)\u{1F}\(overview.metric)"
      body(
        &pipelines[pipeline, default: [:]][
          name,
          default: Series(
            pipeline: pipeline, stage: overview.stage, metric: overview.metric)])
    }
  }

  private static func headline(_ all: [String: Series]) -> [Series] {
    let preferred = ["macro-f1", "accuracy", "auc", "macro-auc", "loss"]
    func rank(_ series: Series) -> (Int, Int) {
      let last = series.metric.split(separator: "/").last.map(String.init) ?? series.metric
      return (
        series.thresholds.isEmpty ? 1 : 0, preferred.firstIndex(of: last) ?? preferred.count
      )
    }
    let useful = all.values.filter { series in
      !series.metric.hasSuffix("/samples") && series.values.values.contains { $0.mean.isFinite }
    }
    let sorted = useful.sorted { a, b in
      rank(a) != rank(b) ? rank(a) < rank(b) : RunFacts.natural(a.name, b.name)
    }
    return Array(sorted.prefix(seriesLimit))
  }
}
