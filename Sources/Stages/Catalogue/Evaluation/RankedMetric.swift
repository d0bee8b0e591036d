internal import PipelineDSL
internal import Statistics

/// The ranks of the values of an axis by one metric; rank 1 is the best.
struct RankedMetric: Sendable {
  /// A value of the axis.
  struct Entry: Sendable {
    /// The value as text.
    var value: String
    /// The mean rank over blocks.
    var rank: Double
    /// The interval of the mean rank by Student's t, within the possible ranks; `nil` for one block.
    var bounds: ClosedRange<Double>?
    /// The mean of the metric.
    var mean: Double
  }

  /// Two values of the axis, by their place among the entries; a has the better mean rank.
  struct Pair: Sendable {
    var a: Int
    var b: Int
    /// The differences of the metric, a minus b, by block.
    var values: [Double]
    /// The mean difference of the metric; `nil` after an overflow.
    var difference: Double?
    /// The p-value of the pair alone; `nil` with Nemenyi's test, whose p is that of the family.
    var pValue: Double?
    /// The p-value, adjusted for all pairs.
    var adjusted: Double?
    /// Cliff's delta.
    var effect: Double?
    /// Above 0 if a is numerically higher by the test, below 0 if it is lower.
    var sign: Double
  }

  /// The metric.
  let name: String
  /// The number of blocks.
  let blocks: Int
  /// Friedman's test of all values.
  let test: FriedmanTest
  /// The p-value of Friedman's test by permutations, right for few blocks too; `nil` if there is
  /// nothing to test.
  let pValue: Double?
  /// The difference of mean ranks from which two values differ by Nemenyi's test; `nil` for another
  /// test or if there is nothing to test.
  let criticalDifference: Double?
  /// The values of the axis, from the best mean rank; of equal ones, in the order given.
  let entries: [Entry]
  /// All pairs of entries.
  private(set) var pairs: [Pair] = []

  private let confidence: Double

  /// Ranks values by a metric; `rows` has one row per block, in the order of the values.
  init(
    _ name: String, values: [String], rows: [[Double]], posthoc: PostHocTest, confidence: Double
  ) {
    (self.name, blocks, self.confidence) = (name, rows.count, confidence)
    let isLower = MetricDirection(of: name) == .lower
    let test = FriedmanTest(rows.map { $0.map { isLower ? $0 : -$0 } })
    self.test = test
    // The draws depend only on the ranks, so that equal inputs give equal bytes.
    pValue = test.permutationP(seed: Digest.of("\(test.ranks)").seed)
    let nemenyi = Nemenyi(treatments: values.count, blocks: rows.count)
    criticalDifference =
      posthoc == .nemenyi && pValue != nil
      ? nemenyi.criticalDifference(level: 1 - confidence) : nil
    let order = values.indices.sorted {
      (test.meanRanks[$0], $0) < (test.meanRanks[$1], $1)
    }
    let limit = Double(values.count)
    entries = order.map { place in
      let ranks = MeanInterval(of: test.ranks.map { $0[place] }, confidence: confidence)
      let bounds = ranks.bounds.map {
        max(1, min(limit, $0.lowerBound))...max(1, min(limit, $0.upperBound))
      }
      return Entry(
        value: values[place], rank: test.meanRanks[place], bounds: bounds,
        mean: rows.reduce(0) { $0 + $1[place] } / Double(rows.count))
    }
    for (a, first) in order.enumerated() {
      for (b, second) in order.enumerated().dropFirst(a + 1) {
        let (own, base) = (rows.map { $0[first] }, rows.map { $0[second] })
        var pair = Pair(
          a: a, b: b, values: PairedDifferences.differences(own, base),
          effect: EffectSizes.cliff(own, base), sign: 0)
        let sum = pair.values.reduce(0, +)
        pair.difference = sum.isFinite ? sum / Double(rows.count) : nil
        let gap = test.meanRanks[second] - test.meanRanks[first]
        if posthoc == .nemenyi {
          pair.adjusted = pValue == nil ? nil : nemenyi.pValue(difference: gap)
          pair.sign = isLower ? -gap : gap
        } else if rows.count > 1, pair.values.allSatisfy(\.isFinite) {
          let ranks = WilcoxonSignedRank(pair.values)
          (pair.pValue, pair.sign) = (ranks.pValue, ranks.positive - ranks.negative)
        }
        pairs.append(pair)
      }
    }
    if posthoc == .wilcoxonHolm {
      let adjusted = MultipleComparisons.holm.adjusted(pairs.map(\.pValue))
      for (place, value) in zip(pairs.indices, adjusted) { pairs[place].adjusted = value }
    }
  }

  /// What the tests say of the first of a pair against the second: a difference only if Friedman's
  /// test finds one among all values too.
  func verdict(_ pair: Pair) -> ComparisonVerdict {
    let adjusted = pValue.flatMap { all in pair.adjusted.map { max(all, $0) } }
    return ComparisonVerdict(pair.sign, adjusted: adjusted, confidence: confidence)
  }

  /// The runs of entries among which no pair differs, as long as possible, of two or more.
  var ties: [ClosedRange<Int>] {
    let different = Set(
      pairs.filter { [.higher, .lower].contains(verdict($0)) }.map { [$0.a, $0.b] })
    var runs: [ClosedRange<Int>] = []
    for start in entries.indices {
      var end = start
      while end + 1 < entries.count,
        (start...end).allSatisfy({ !different.contains([$0, end + 1]) })
      {
        end += 1
      }
      if end > start, runs.last.map({ $0.upperBound < end }) ?? true { runs.append(start...end) }
    }
    return runs
  }
}
