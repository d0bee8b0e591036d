internal import Neural
internal import PipelineDSL
internal import Statistics

extension EvaluatedPart {
  /// How an interval was computed.
  enum Method: String, Sendable {
    case wilson
    case clopperPearson = "clopper-pearson"
    case accelerated = "bca"
    case delong
  }

  /// A row of `intervals.csv`.
  struct Interval: Sendable, Hashable {
    /// The samples that the value is computed from.
    var scope: String
    /// The name of the metric, as in `metrics.json`.
    var metric: String
    var value: Double
    /// The lower end; `nil` if the method gives no interval.
    var low: Double?
    /// The upper end; `nil` as `low`.
    var high: Double?
    var method: Method
    /// The number of samples: for a share, of the whole.
    var samples: Int
    /// The number of groups that were resampled; `nil` for methods that take samples as independent.
    var groups: Int?
  }

  /// The seed of the bootstrap.
  ///
  /// It is fixed, so that the key of `evaluate` does not depend on the seed of a pipeline, and so that
  /// models that are evaluated on the same samples are resampled alike.
  private static let seed: UInt64 = {
    var stream = RandomStream(seed: 0, kind: Evaluate.name, sample: "", purpose: "bootstrap")
    return stream.next()
  }()

  /// All intervals of a part: overall, by class, then by source if sources are known.
  func intervals() -> [Interval] {
    let overall = IntervalsFormat.overall
    let right = right.count { $0 }
    var rows = Self.accuracy(right, count, overall, parameters.confidence)
    let bootstrap = bootstrap(Array(0..<count), groups)
    for (index, metric) in ConfusionStatistics.overall.enumerated() {
      rows += accelerated(bootstrap, index, overall, metric, count)
    }
    let areas = areas()
    rows += accelerated(areas, classes.count, overall, "macro-auc", count)
    for (index, name) in classes.enumerated() {
      let scope = IntervalsFormat.scope(ofClass: name)
      rows += shares(of: index, scope)
      for (place, metric) in ConfusionStatistics.byClass.enumerated() {
        let start = ConfusionStatistics.overall.count + index * ConfusionStatistics.byClass.count
        rows += accelerated(bootstrap, start + place, scope, metric, count)
      }
      rows += area(of: index, scope)
      rows += accelerated(areas, index, scope, "auc", count)
    }
    for source in knownSources { rows += intervals(ofSource: source) }
    return rows
  }

  /// The ends of the intervals of overall metrics, by name: that of Wilson for accuracy, the others by
  /// bootstrap.
  static func metrics(of intervals: [Interval]) -> [String: Double] {
    var metrics: [String: Double] = [:]
    for row in intervals where row.scope == IntervalsFormat.overall {
      let isHeadline = row.metric == "accuracy" ? row.method == .wilson : true
      guard isHeadline, let low = row.low, let high = row.high else { continue }
      metrics[row.metric + "-low"] = ComparisonTable.rounded(low)
      metrics[row.metric + "-high"] = ComparisonTable.rounded(high)
    }
    return metrics
  }

  /// The names of the sources, sorted; empty if unknown.
  var knownSources: [String] { Set(sources).subtracting([""]).sorted() }

  /// Accuracy and macro-F1 of the samples of a source.
  private func intervals(ofSource source: String) -> [Interval] {
    let indices = sources.indices.filter { sources[$0] == source }
    let scope = IntervalsFormat.scope(ofSource: source)
    let right = indices.count { truths[$0] == predictions[$0] }
    let own = SampleGroups(indices.map { groups.names[Int(groups.numbers[$0])] })
    let bootstrap = bootstrap(indices, own)
    var rows = Self.accuracy(right, indices.count, scope, parameters.confidence)
    for (index, metric) in ConfusionStatistics.overall.enumerated()
    where metric == "accuracy" || metric == "macro-f1-present" {
      rows += accelerated(bootstrap, index, scope, metric, indices.count)
    }
    return rows
  }

  /// Resamples the groups of some samples, given by their indices.
  private func bootstrap(_ indices: [Int], _ groups: SampleGroups) -> GroupBootstrap {
    var supports = [Int](repeating: 0, count: classes.count)
    for index in indices { supports[truths[index]] += 1 }
    let statistics = ConfusionStatistics(supports: supports)
    return GroupedCounts(
      groups: groups.count, cells: classes.count * classes.count, groupOf: groups.numbers,
      cellOf: indices.map { statistics.cell(truth: truths[$0], prediction: predictions[$0]) }
    ).bootstrap(
      resamples: parameters.resamples, seed: Self.seed, statistics: statistics.values)
  }

  private func areas() -> GroupBootstrap {
    GroupedAreas(
      groups: groups.count, groupOf: groups.numbers, scores: margins,
      positive: classes.indices.map(members)
    ).bootstrap(resamples: parameters.resamples, seed: Self.seed)
  }

  /// The row of a bootstrapped statistic; none if it is not defined.
  private func accelerated(
    _ bootstrap: GroupBootstrap, _ index: Int, _ scope: String, _ metric: String, _ samples: Int
  ) -> [Interval] {
    let value = bootstrap.estimates[index]
    guard value.isFinite else { return [] }
    let interval = bootstrap.interval(of: index, confidence: parameters.confidence)
    return [
      Interval(
        scope: scope, metric: metric, value: value, low: interval?.low, high: interval?.high,
        method: .accelerated, samples: samples, groups: bootstrap.groups)
    ]
  }

  private static func accuracy(
    _ right: Int, _ count: Int, _ scope: String, _ confidence: Double
  ) -> [Interval] {
    let exact = ClopperPearsonInterval(successes: right, of: count, confidence: confidence)
    return [
      share(right, count, scope, "accuracy", confidence),
      Interval(
        scope: scope, metric: "accuracy", value: Double(right) / Double(count), low: exact.low,
        high: exact.high, method: .clopperPearson, samples: count),
    ].compactMap(\.self)
  }

  /// The scores of a class that are shares of independent samples.
  private func shares(of index: Int, _ scope: String) -> [Interval] {
    let confusion = report.confusion
    let (hits, support) = (confusion.hits(index), confusion.support(index))
    let (claimed, others) = (confusion.predicted(index), count - support)
    let confidence = parameters.confidence
    return [
      Self.share(hits, claimed, scope, "precision", confidence),
      Self.share(hits, support, scope, "sensitivity", confidence),
      Self.share(others - (claimed - hits), others, scope, "specificity", confidence),
    ].compactMap(\.self)
  }

  /// The row of a share; `nil` of nothing.
  private static func share(
    _ hits: Int, _ whole: Int, _ scope: String, _ metric: String, _ confidence: Double
  ) -> Interval? {
    guard whole > 0 else { return nil }
    let interval = WilsonInterval(successes: hits, of: whole, confidence: confidence)
    return Interval(
      scope: scope, metric: metric, value: Double(hits) / Double(whole), low: interval.low,
      high: interval.high, method: .wilson, samples: whole)
  }

  private func area(of index: Int, _ scope: String) -> [Interval] {
    guard let found = DeLong(scores: margins[index], positive: members(index)) else { return [] }
    let bounds = found.bounds(confidence: parameters.confidence)
    return [
      Interval(
        scope: scope, metric: "auc", value: found.area, low: bounds?.lowerBound,
        high: bounds?.upperBound, method: .delong, samples: count)
    ]
  }
}
