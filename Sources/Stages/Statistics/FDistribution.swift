/// The F distribution of a ratio of two variances (Snedecor 1934).
public struct FDistribution: Sendable, Hashable {
  /// The degrees of freedom of the numerator.
  public let above: Double
  /// The degrees of freedom of the denominator.
  public let below: Double

  /// The distribution with the degrees of freedom of numerator and denominator.
  ///
  /// - Precondition: Both are positive and finite.
  public init(_ above: Double, _ below: Double) {
    precondition(above > 0 && above.isFinite, "\(above) degrees of freedom")
    precondition(below > 0 && below.isFinite, "\(below) degrees of freedom")
    (self.above, self.below) = (above, below)
  }

  /// The probability of a value above x: the p-value of a test; 1 for x of 0 or less.
  public func upperTail(_ x: Double) -> Double {
    guard x > 0 else { return 1 }
    guard x.isFinite else { return 0 }
    // Both shares to full precision, also where one is close to 1.
    let ratio = above * x / below
    let outside = 1 / (1 + ratio)
    let inside = ratio > 1 ? 1 / (1 + 1 / ratio) : ratio / (1 + ratio)
    return IncompleteBeta.regularised(outside, complement: inside, below / 2, above / 2)
  }
}
