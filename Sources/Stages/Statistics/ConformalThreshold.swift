/// The threshold of split conformal prediction (Vovk, Gammerman and Shafer 2005).
///
/// If calibration samples and a new one are exchangeable, the new one's score is at most the
/// threshold with a probability of at least 1 - level.
public struct ConformalThreshold: Sendable, Hashable {
  /// The threshold; infinite if there are fewer scores than `fewest(for:)`, so that every class
  /// conforms.
  public let value: Double
  /// The number of scores it rests on.
  public let count: Int

  /// The ceil((n + 1)(1 - level))-th smallest of n scores.
  ///
  /// - Precondition: The level, the rate of misses, is above 0 and below 1.
  public init(_ scores: [Double], level: Double) {
    precondition(level > 0 && level < 1, "a level of \(level)")
    count = scores.count
    // Rounding of the product must not add a rank: 0.9 x 10 is 9.
    let rank = Int((Double(scores.count + 1) * (1 - level) - 1e-9).rounded(.up))
    value = rank <= scores.count ? scores.sorted()[max(0, rank - 1)] : .infinity
  }

  /// The smallest number of scores that gives a finite threshold: ceil(1 / level) - 1.
  ///
  /// - Precondition: The level is above 0 and below 1.
  public static func fewest(for level: Double) -> Int {
    precondition(level > 0 && level < 1, "a level of \(level)")
    return Int((1 / level - 1e-9).rounded(.up)) - 1
  }
}
