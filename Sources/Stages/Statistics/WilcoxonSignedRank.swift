internal import Foundation

/// The two-sided signed-rank test of paired differences (Wilcoxon 1945).
///
/// Differences of 0 are left out, as Wilcoxon did. Up to 50 others, p is that of the exact
/// distribution over all signs, also with ties; beyond, that of the normal approximation with the
/// correction for ties and without one for continuity.
public struct WilcoxonSignedRank: Sendable, Hashable {
  /// How the p-value was computed.
  public enum Method: String, Sendable, Hashable {
    /// By the distribution over all signs of the ranks at hand.
    case exact
    /// By the normal approximation.
    case normal
  }

  /// The maximum number of differences other than 0 for the exact distribution.
  public static let exactUpTo = 50

  /// The number of differences other than 0.
  public let count: Int
  /// The sum of the ranks of positive differences.
  public let positive: Double
  /// The sum of the ranks of negative differences.
  public let negative: Double
  /// How the p-value was computed.
  public let method: Method
  /// The probability of sums at least as unequal if signs are even; `nil` if every difference is 0.
  public let pValue: Double?

  /// Tests some differences, one per pair.
  ///
  /// - Precondition: All are finite.
  public init(_ differences: [Double]) {
    precondition(differences.allSatisfy(\.isFinite), "a difference is not finite")
    let others = differences.filter { $0 != 0 }
    let ranks = Ranks(others.map(abs))
    count = others.count
    let sum = zip(others, ranks.values).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    positive = sum
    negative = ranks.values.reduce(0, +) - sum
    method = others.count <= Self.exactUpTo ? .exact : .normal
    guard !others.isEmpty else {
      pValue = nil
      return
    }
    switch method {
    case .exact:
      // Twice the ranks are whole, also those of ties.
      let shares = Self.distribution(ranks.values.map { Int(2 * $0) })
      let tail = shares[...Int(2 * min(positive, negative))].reduce(0, +)
      pValue = min(1, 2 * tail)
    case .normal:
      let n = Double(others.count)
      let variance = (n * (n + 1) * (2 * n + 1) - ranks.tieTerm / 2) / 24
      let z = (positive - n * (n + 1) / 4) / variance.squareRoot()
      pValue = erfc(abs(z) / 2.0.squareRoot())
    }
  }

  /// The probability of each sum of whole ranks of which each counts with even odds.
  private static func distribution(_ ranks: [Int]) -> [Double] {
    var shares = [1.0]
    for rank in ranks {
      var next = shares + [Double](repeating: 0, count: rank)
      for sum in shares.indices { next[sum + rank] += shares[sum] }
      shares = next.map { $0 / 2 }
    }
    return shares
  }

  /// The interval of the centre of symmetric differences, by the means of all pairs of them (Walsh
  /// averages; Hodges and Lehmann 1963); `nil` if there are too few for the confidence.
  ///
  /// By the exact distribution up to 50 differences, else by the normal approximation.
  ///
  /// - Precondition: All differences are finite, and the confidence is above 0 and below 1.
  public static func interval(
    of differences: [Double], confidence: Double = 0.95
  ) -> ClosedRange<Double>? {
    precondition(confidence > 0 && confidence < 1, "a confidence of \(confidence)")
    let (n, tail) = (differences.count, (1 - confidence) / 2)
    var outside = 0
    if n <= exactUpTo {
      var sum = 0.0
      for share in distribution(Array(1..<n + 1)) {
        sum += share
        guard sum <= tail else { break }
        outside += 1
      }
    } else {
      let count = Double(n)
      let variance = count * (count + 1) * (2 * count + 1) / 24
      let z = NormalDistribution.quantile(0.5 + confidence / 2)
      outside = max(0, Int((count * (count + 1) / 4 - z * variance.squareRoot()).rounded()))
    }
    guard outside > 0 else { return nil }
    let averages = differences.indices.flatMap { first in
      differences[first...].map { (differences[first] + $0) / 2 }
    }.sorted()
    return averages[outside - 1]...averages[averages.count - outside]
  }
}
