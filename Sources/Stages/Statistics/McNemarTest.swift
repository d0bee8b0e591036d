internal import Foundation

/// Tests whether two classifiers of the same samples make equally many errors (McNemar 1947).
public struct McNemarTest: Sendable, Hashable {
  /// How the p-value was computed.
  public enum Method: String, Sendable, Hashable {
    /// Two-sided binomial test of b among b + c, for fewer than 25 discordant pairs.
    case exact = "exact binomial"
    /// Chi-squared with one degree of freedom and the continuity correction (Edwards 1948).
    case corrected = "chi-squared with continuity correction"
  }

  /// The number of discordant pairs from which the chi-squared form is used.
  public static let exactBelow = 25

  /// Samples that only the first classifier has right.
  public let b: Int
  /// Samples that only the second classifier has right.
  public let c: Int
  /// How the p-value was computed.
  public let method: Method
  /// The smaller of b and c, or the chi-squared value.
  public let statistic: Double
  /// The probability of a difference at least as large if both make equally many errors.
  public let pValue: Double

  /// The test for b and c discordant pairs.
  ///
  /// - Precondition: Both are at least 0.
  public init(b: Int, c: Int) {
    precondition(b >= 0 && c >= 0, "\(b) and \(c) discordant pairs")
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

  /// The p-value of the exact binomial test, for any number of discordant pairs.
  public var exact: Double { min(1, 2 * tail) }

  /// The mid-p value: the exact one minus the probability of the observed counts, of equal counts half
  /// of it, so that the test is hardly conservative (Fagerland, Lydersen and Laake 2013).
  public var midP: Double {
    guard b + c > 0 else { return 1 }
    return b == c ? 1 - point / 2 : 2 * tail - point
  }

  /// The probability of at most the smaller count among b + c fair draws.
  private var tail: Double {
    let (smaller, larger) = (Double(min(b, c)), Double(max(b, c)))
    // The upper tail of a beta distribution; without pairs nothing can differ.
    return larger == smaller
      ? (1 + point) / 2 : IncompleteBeta.regularised(0.5, larger, smaller + 1)
  }

  /// The probability of exactly these counts among b + c fair draws.
  private var point: Double {
    let count = Double(b + c)
    return exp(
      -log1p(count) - IncompleteBeta.logBeta(Double(b) + 1, Double(c) + 1) - count * log(2))
  }
}
