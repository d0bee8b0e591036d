/// A threshold on a probability that bounds the expected rate of false negatives (conformal risk
/// control: Angelopoulos, Bates, Fisch, Lei and Schuster 2022).
///
/// A sample is flagged if its probability of the positive classes is at least the threshold. If the
/// positive samples of calibration and a new positive one are exchangeable, the new one is missed
/// with a probability of at most `level`.
public struct RiskControl: Sendable, Hashable {
  /// The largest threshold that is safe; 0, which flags all, if there are fewer samples than
  /// `fewest(for:)`.
  public let threshold: Double
  /// The number of positive samples it rests on.
  public let count: Int

  /// Finds the threshold from the probabilities of positive samples.
  ///
  /// It is the largest one at which `bound(misses:of:)` is at most the level.
  ///
  /// - Precondition: The level is above 0 and below 1.
  public init(positives: [Double], level: Double) {
    precondition(level > 0 && level < 1, "a level of \(level)")
    count = positives.count
    // (misses + 1) / (n + 1) <= level, where rounding must not cost a miss.
    let misses = Int((level * Double(count + 1) - 1 + 1e-9).rounded(.down))
    threshold = misses >= 0 && misses < count ? positives.sorted()[misses] : 0
  }

  /// Whether a sample with a probability is flagged.
  public func flags(_ probability: Double) -> Bool { probability >= threshold }

  /// The bound of the expected rate for some misses among n positives: (misses + 1) / (n + 1), with a
  /// loss of at most 1.
  public static func bound(misses: Int, of count: Int) -> Double {
    Double(misses + 1) / Double(count + 1)
  }

  /// The smallest number of positive samples that gives a threshold above 0: ceil(1 / level) - 1.
  ///
  /// - Precondition: The level is above 0 and below 1.
  public static func fewest(for level: Double) -> Int { ConformalThreshold.fewest(for: level) }
}
