internal import Foundation

/// The differences of one metric between two groups over repeats that both have, and their test.
public struct PairedDifferences: Sendable, Hashable {
  /// The differences, one per repeat, own minus baseline.
  public let values: [Double]
  /// The mean difference; `nil` without a repeat that both have.
  public let mean: Double?
  /// The standard deviation of the differences; `nil` for fewer than two.
  public let deviation: Double?
  /// The interval of the difference that belongs to the test.
  public let bounds: ClosedRange<Double>?
  /// The p-value of the test, not adjusted; `nil` if there is nothing to test.
  public let pValue: Double?
  /// The sign of the tested difference: of the mean or, with Wilcoxon's test, of the ranks.
  public let sign: Double
  /// The size of the effect: Cohen's d of the pairs or, with Wilcoxon's test, Cliff's delta.
  public let effect: Double?

  /// Tests own minus baseline values.
  ///
  /// - Precondition: Both have the same length; the ratio is set for the corrected t-test.
  public init(
    own: [Double], base: [Double], test: ComparisonTest, ratio: Double?, confidence: Double
  ) {
    precondition(own.count == base.count, "values without a partner")
    let differences = Self.differences(own, base)
    values = differences
    // Differences of huge values overflow.
    guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else {
      (mean, deviation, bounds, pValue, sign, effect) = (nil, nil, nil, nil, 0, nil)
      return
    }
    let plain =
      test == .correctedT
      ? PairedTTest.resampled(differences, testToTrain: ratio ?? 1, confidence: confidence)
      : PairedTTest(differences, confidence: confidence)
    (mean, deviation) = (plain.mean, plain.deviation)
    guard test == .wilcoxon else {
      (bounds, pValue, sign) = (plain.bounds, plain.pValue, plain.mean)
      effect = EffectSizes.cohen(differences)
      return
    }
    let ranks = WilcoxonSignedRank(differences)
    bounds = WilcoxonSignedRank.interval(of: differences, confidence: confidence)
    (pValue, sign) = (ranks.pValue, ranks.positive - ranks.negative)
    effect = EffectSizes.cliff(own, base)
  }

  /// The differences, with as many digits as the values have.
  ///
  /// The values are known to 12 decimals of the largest, so that 0.7 - 0.5 and 0.3 - 0.1 are equal
  /// differences and not, by a rounding error, a sure one.
  public static func differences(_ own: [Double], _ base: [Double]) -> [Double] {
    let largest = (own + base).map(abs).max() ?? 0
    let scale = pow(10, 12 - log10(largest).rounded(.down))
    return zip(own, base).map { own, base in
      let rounded = ((own - base) * scale).rounded() / scale
      return largest > 0 && rounded.isFinite && scale.isNormal ? rounded : own - base
    }
  }

  /// The name of the effect size of a test.
  public static func effectName(_ test: ComparisonTest) -> String {
    test == .wilcoxon ? "cliff-delta" : "cohen-d"
  }
}
