internal import Foundation

/// Tests whether two classifiers of the same samples make equally many errors (McNemar 1947).
struct McNemarTest: Sendable, Hashable {
  /// How the p-value was computed.
  enum Method: String, Sendable, Hashable {
    /// Two-sided binomial test of b among b + c, for fewer than 25 discordant pairs.
    case exact = "exact binomial"
    /// Chi-squared with one degree of freedom and the continuity correction (Edwards 1948).
    case corrected = "chi-squared with continuity correction"
  }

  /// The number of discordant pairs from which the chi-squared form is used.
  static let exactBelow = 25

  /// Samples that only the first classifier has right.
  let b: Int
  /// Samples that only the second classifier has right.
  let c: Int
  /// How the p-value was computed.
  let method: Method
  /// The smaller of b and c, or the chi-squared value.
  let statistic: Double
  /// The probability of a difference at least as large if both make equally many errors.
  let pValue: Double

  /// The test for b and c discordant pairs, both at least 0.
  init(b: Int, c: Int) {
    (self.b, self.c) = (b, c)
    let count = b + c
    if count < Self.exactBelow {
      method = .exact
      let smaller = min(b, c)
      // Below 25, every binomial coefficient and every sum of them is a whole Double.
      var (coefficient, sum) = (1.0, 0.0)
      for successes in 0...smaller {
        sum += coefficient
        coefficient = coefficient * Double(count - successes) / Double(successes + 1)
      }
      statistic = Double(smaller)
      pValue = min(1, 2 * sum / pow(2, Double(count)))
    } else {
      method = .corrected
      // With equal counts there is nothing to correct.
      let excess = Double(max(0, abs(b - c) - 1))
      statistic = excess * excess / Double(count)
      pValue = erfc((statistic / 2).squareRoot())
    }
  }
}
