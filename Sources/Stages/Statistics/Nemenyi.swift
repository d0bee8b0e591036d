/// Pairwise comparisons of mean ranks after Friedman's test, each with the error rate of the family
/// (Nemenyi 1963; Demsar 2006, section 3.2.2).
public struct Nemenyi: Sendable, Hashable {
  /// The number of treatments.
  public let treatments: Int
  /// The number of blocks.
  public let blocks: Int

  /// Comparisons of some treatments over some blocks.
  ///
  /// - Precondition: There are at least two treatments and one block.
  public init(treatments: Int, blocks: Int) {
    precondition(treatments > 1 && blocks > 0, "\(treatments) treatments, \(blocks) blocks")
    (self.treatments, self.blocks) = (treatments, blocks)
  }

  /// The standard error of a difference of mean ranks without ties, divided by the square root of 2.
  private var error: Double {
    let (k, n) = (Double(treatments), Double(blocks))
    return (k * (k + 1) / (12 * n)).squareRoot()
  }

  /// The difference of mean ranks from which two treatments differ at a level, such as 0.05.
  ///
  /// - Precondition: The level is above 0 and below 1.
  public func criticalDifference(level: Double = 0.05) -> Double {
    StudentisedRange(groups: treatments).upperQuantile(level) * error
  }

  /// The p-value of a difference of mean ranks, adjusted for all pairs.
  public func pValue(difference: Double) -> Double {
    StudentisedRange(groups: treatments).upperTail(abs(difference) / error)
  }
}
