internal import Foundation

/// The confidence interval of a share, such as an accuracy, from counts (Wilson 1927, without the
/// correction for continuity).
public struct WilsonInterval: Sendable, Hashable {
  /// The lower end, from 0.
  public let low: Double
  /// The upper end, up to 1.
  public let high: Double

  /// The interval for some successes among independent trials.
  ///
  /// - Precondition: There is at least one trial, successes are from 0 to the number of trials, and
  ///   the confidence is above 0 and below 1.
  public init(successes: Int, of trials: Int, confidence: Double = 0.95) {
    precondition(trials > 0 && (0...trials).contains(successes), "\(successes) of \(trials)")
    precondition(confidence > 0 && confidence < 1, "a confidence of \(confidence)")
    let z = NormalDistribution.quantile(0.5 + confidence / 2)
    let (n, share) = (Double(trials), Double(successes) / Double(trials))
    let scale = 1 + z * z / n
    let centre = (share + z * z / (2 * n)) / scale
    let spread = share * (1 - share) / n + z * z / (4 * n * n)
    let half = z * spread.squareRoot() / scale
    // Exactly at the ends, where rounding could pass them.
    low = successes == 0 ? 0 : max(0, centre - half)
    high = successes == trials ? 1 : min(1, centre + half)
  }
}
