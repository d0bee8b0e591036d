/// The exact confidence interval of a share, such as an accuracy, from counts (Clopper and Pearson
/// 1934).
///
/// It covers the true share at least as often as its confidence says, so it is wider than Wilson's.
public struct ClopperPearsonInterval: Sendable, Hashable {
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
    let tail = (1 - confidence) / 2
    let (hits, misses) = (Double(successes), Double(trials - successes))
    low = successes == 0 ? 0 : IncompleteBeta.inverse(tail, hits, misses + 1)
    high = successes == trials ? 1 : IncompleteBeta.inverse(1 - tail, hits + 1, misses)
  }
}
