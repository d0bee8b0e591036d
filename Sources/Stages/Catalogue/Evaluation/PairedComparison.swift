internal import PipelineDSL
internal import Statistics

/// The differences of groups of repeats from a baseline: `paired.csv`.
struct PairedComparison: Sendable {
  /// How differences are tested.
  struct Settings: Sendable {
    /// The test.
    var test = ComparisonTest.t
    /// The test samples per training sample where cells do not say it; for the corrected t-test.
    var ratio: Double?
    /// The correction of p-values over the rows of one metric.
    var correction = MultipleComparisons.holm
    /// Half the width of the region of practical equivalence; `nil` for no Bayesian test.
    var rope: Double?
  }

  /// One group and metric.
  struct Row: Sendable {
    /// The values of the axes of groups.
    var coordinates: [String]
    /// The name of the group.
    var name: String
    /// The metric.
    var metric: String
    /// The differences and their test.
    var differences: PairedDifferences
    /// The p-value, adjusted for the rows of the metric.
    var adjusted: Double?
  }

  /// The rows, in the order of groups and then of metrics.
  private(set) var rows: [Row] = []
  /// What a user should know, one sentence each.
  private(set) var warnings: [String] = []

  private let axes: [String]
  private let baseline: String
  private let settings: Settings
  private let confidence: Double

  /// Tests every group of a table against a baseline.
  ///
  /// Throws unless exactly one group has the axis values of the baseline, or if the corrected t-test
  /// does not know the share of test samples.
  init(
    _ table: ComparisonTable, baseline cell: BaselineCell, _ settings: Settings
  ) throws(StageError) {
    let baseline = try table.group(of: cell)
    let name = table.name(of: baseline)
    (axes, self.baseline, self.settings) = (table.groupAxes, name, settings)
    confidence = table.confidence
    var warned = false
    for group in table.groups where table.name(of: group) != name {
      let pairs = table.pairs(of: group, baseline)
      let ratio = try ratio(of: pairs, table.name(of: group), &warned)
      for metric in table.metrics {
        let values = pairs.compactMap { own, base -> (own: Double, base: Double)? in
          guard let own = own.values[metric], let base = base.values[metric] else { return nil }
          return (own, base)
        }
        rows.append(
          Row(
            coordinates: axes.map { group.first?.coordinates[$0] ?? "" },
            name: table.name(of: group), metric: metric,
            differences: PairedDifferences(
              own: values.map(\.own), base: values.map(\.base), test: settings.test, ratio: ratio,
              confidence: confidence)))
      }
    }
    for metric in table.metrics {
      let places = rows.indices.filter { rows[$0].metric == metric }
      let adjusted = settings.correction.adjusted(places.map { rows[$0].differences.pValue })
      for (place, value) in zip(places, adjusted) { rows[place].adjusted = value }
    }
  }

  /// The test samples per training sample of the cells of pairs; `nil` if the test needs none.
  private mutating func ratio(
    of pairs: [(own: ComparisonTable.Cell, base: ComparisonTable.Cell)], _ name: String,
    _ warned: inout Bool
  ) throws(StageError) -> Double? {
    guard settings.test == .correctedT, !pairs.isEmpty else { return nil }
    let known = pairs.flatMap { [$0.own.testToTrain, $0.base.testToTrain] }.compactMap(\.self)
    guard known.count == 2 * pairs.count else {
      if let ratio = settings.ratio { return ratio }
      throw StageError(
        "'corrected-t' needs the numbers of test and training samples, but not all metrics of "
          + "\(name) and \(baseline) have 'test/samples' and 'train/samples'",
        hint: "set 'test-train-ratio': test samples per training sample, such as 0.111 for ten "
          + "folds, or compare metrics of 'evaluate'")
    }
    let mean = known.reduce(0, +) / Double(known.count)
    if let ratio = settings.ratio, abs(ratio - mean) > 0.01 * mean, !warned {
      warned = true
      warnings.append(
        "'test-train-ratio' is \(ComparisonTable.roundedText(ratio)), but the metrics give "
          + "\(ComparisonTable.roundedText(mean)) test samples per training sample, which is used")
    }
    return mean
  }

  private func verdict(_ row: Row) -> ComparisonVerdict {
    ComparisonVerdict(row.differences.sign, adjusted: row.adjusted, confidence: confidence)
  }

  /// `paired.csv`.
  var table: CSVTable {
    CSVTable(
      columns: axes + [
        "baseline", "metric", "n", "difference", "sd", "low", "high", "p", "p-adjusted", "effect",
        "effect-size", "test", "verdict",
      ] + (settings.rope == nil ? [] : PracticalEquivalence.columns),
      rows: rows.map { row in
        let found = row.differences
        let numbers = [
          found.mean, found.deviation, found.bounds?.lowerBound, found.bounds?.upperBound,
          found.pValue, row.adjusted,
        ]
        return row.coordinates + [baseline, row.metric, String(found.values.count)]
          + numbers.map(ComparisonTable.roundedText)
          + [
            PairedDifferences.effectName(settings.test),
            ComparisonTable.roundedText(found.effect), settings.test.rawValue,
            verdict(row).rawValue,
          ] + PracticalEquivalence.fields(found.values, rope: settings.rope)
      })
  }

  /// The differences and p-values under the names of the groups, so that checks can refer to them.
  var numbers: [String: Double] {
    var numbers: [String: Double] = [:]
    for row in rows {
      let values = [
        "difference": row.differences.mean, "p": row.differences.pValue,
        "p-adjusted": row.adjusted,
      ]
      for (name, value) in values {
        numbers["\(row.name)/\(name)/\(row.metric)"] = value.map(ComparisonTable.rounded)
      }
    }
    return numbers.filter(\.value.isFinite)
  }
}
