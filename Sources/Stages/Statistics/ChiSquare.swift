/// The chi-squared distribution (Pearson 1900).
public struct ChiSquare: Sendable, Hashable {
  /// The degrees of freedom.
  public let freedom: Double

  /// The distribution with some degrees of freedom.
  ///
  /// - Precondition: They are positive and finite.
  public init(freedom: Double) {
    precondition(freedom > 0 && freedom.isFinite, "\(freedom) degrees of freedom")
    self.freedom = freedom
  }

  /// The probability of a value above x: the p-value of a test; 1 for x of 0 or less.
  public func upperTail(_ x: Double) -> Double {
    IncompleteGamma.upper(freedom / 2, max(0, x) / 2)
  }
}
