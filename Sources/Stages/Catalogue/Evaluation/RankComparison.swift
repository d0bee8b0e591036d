internal import PipelineDSL
internal import Statistics

/// The values of one axis ranked over blocks, with Friedman's test and a test of each pair.
///
/// A block is one combination of the values of all other axes, repeats included (Demsar 2006). Blocks
/// that lack a value of the axis are left out.
struct RankComparison: Sendable {
  /// How ranks are compared.
  struct Settings: Sendable {
    /// The axis whose values are ranked.
    var axis: String
    /// The test of pairs.
    var posthoc = PostHocTest.nemenyi
    /// Half the width of the region of practical equivalence; `nil` for no Bayesian test.
    var rope: Double?
  }

  /// The axis and the test of pairs.
  let settings: Settings
  /// The ranks of each metric, in the order of the metrics.
  private(set) var metrics: [RankedMetric] = []
  /// What a user should know, one sentence each.
  private(set) var warnings: [String] = []

  /// Ranks the cells of a table by each of some metrics.
  ///
  /// Throws if the axis has a single value, or if no block has every value of it.
  init(
    _ table: ComparisonTable, metrics: [String], _ settings: Settings
  ) throws(StageError) {
    self.settings = settings
    let (axis, others) = (settings.axis, table.axes.filter { $0 != settings.axis })
    var values: [String] = []
    var order: [[String]] = []
    var blocks: [[String]: [String: ComparisonTable.Cell]] = [:]
    for cell in table.cells {
      guard let value = cell.coordinates[axis] else { continue }
      if !values.contains(value) { values.append(value) }
      let key = others.map { cell.coordinates[$0] ?? "" }
      if blocks[key] == nil { order.append(key) }
      blocks[key, default: [:]][value] = cell
    }
    let without = table.cells.count { $0.coordinates[axis] == nil }
    if without > 0 {
      warnings.append("\(without) of \(table.cells.count) cells have no '\(axis)': not ranked")
    }
    guard values.count > 1 else {
      throw StageError(
        "'ranks' is '\(axis)', which has only the value '\(values.first ?? "")': there is nothing "
          + "to rank", hint: "rank an axis of two or more values")
    }
    let complete = order.compactMap { key -> [ComparisonTable.Cell]? in
      let cells = values.compactMap { blocks[key]?[$0] }
      return cells.count == values.count ? cells : nil
    }
    let counts = values.map { value in order.count { blocks[$0]?[value] != nil } }
    if let first = complete.first, complete.count < order.count {
      let gaps = zip(values, counts).filter { $1 < order.count }.map { "\(axis)=\($0.0)" }
      warnings.append(
        "\(order.count - complete.count) of \(order.count) blocks lack "
          + "\(gaps.joined(separator: ", ")) and are left out, so that "
          + "\(complete.count * first.count) cells are ranked")
    }
    guard !complete.isEmpty else {
      let worst = zip(values, counts).min { $0.1 < $1.1 }
      throw StageError(
        "no block has every value of '\(axis)', so that nothing can be ranked",
        hint: "a block is one combination of the other axes; '\(worst?.0 ?? "")' has "
          + "\(worst?.1 ?? 0) of \(order.count) blocks")
    }
    if complete.count == 1 {
      warnings.append("there is a single block: ranks are shown, but nothing can be tested")
    }
    for metric in metrics {
      self.metrics.append(
        RankedMetric(
          metric, values: values, rows: complete.map { $0.map { $0.values[metric] ?? 0 } },
          posthoc: settings.posthoc, confidence: table.confidence))
    }
  }

  /// `ranks.csv`: one row per metric and value of the axis, from the best mean rank.
  var ranks: CSVTable {
    CSVTable(
      columns: ["metric", settings.axis, "blocks", "mean-rank", "low", "high", "mean"],
      rows: metrics.flatMap { metric in
        metric.entries.map { entry in
          [metric.name, entry.value, String(metric.blocks)]
            + [entry.rank, entry.bounds?.lowerBound, entry.bounds?.upperBound, entry.mean]
            .map(ComparisonTable.roundedText)
        }
      })
  }

  /// `pairs.csv`: one row per metric and pair of values, the better mean rank first.
  var pairs: CSVTable {
    CSVTable(
      columns: [
        "metric", "a", "b", "blocks", "rank-a", "rank-b", "difference", "p", "p-adjusted",
        "effect", "effect-size", "test", "verdict",
      ] + (settings.rope == nil ? [] : PracticalEquivalence.columns),
      rows: metrics.flatMap { metric in
        metric.pairs.map { pair in
          let (a, b) = (metric.entries[pair.a], metric.entries[pair.b])
          return [metric.name, a.value, b.value, String(metric.blocks)]
            + [a.rank, b.rank, pair.difference, pair.pValue, pair.adjusted]
            .map(ComparisonTable.roundedText)
            + [
              "cliff-delta", ComparisonTable.roundedText(pair.effect), settings.posthoc.rawValue,
              metric.verdict(pair).rawValue,
            ] + PracticalEquivalence.fields(pair.values, rope: settings.rope)
        }
      })
  }

  /// `critical-difference.svg`: a diagram per metric.
  var diagram: [UInt8] {
    Array(CriticalDifferenceDiagram(axis: settings.axis, metrics: metrics).svg.utf8)
  }

  /// Friedman's test and the mean ranks of each metric, under `ranks/` and its name.
  var numbers: [String: Double] {
    var numbers: [String: Double] = [:]
    for metric in metrics {
      let prefix = "ranks/\(metric.name)/"
      let values = [
        "blocks": Double(metric.blocks), "friedman": metric.test.statistic,
        "friedman-p": metric.test.pValue, "iman-davenport": metric.test.imanDavenport,
        "iman-davenport-p": metric.test.imanDavenportP, "permutation-p": metric.pValue,
        "critical-difference": metric.criticalDifference,
      ]
      for (name, value) in values { numbers[prefix + name] = value.map(ComparisonTable.rounded) }
      for entry in metric.entries {
        numbers["\(prefix)\(settings.axis)=\(entry.value)"] = ComparisonTable.rounded(entry.rank)
      }
    }
    return numbers.filter(\.value.isFinite)
  }
}
