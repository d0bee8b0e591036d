/// What a test says about a value against another: a difference is named only if it was shown.
public enum ComparisonVerdict: String, Sendable, Hashable {
  /// Higher: the adjusted p-value is below 1 minus the confidence.
  case higher
  /// Lower, by the same rule.
  case lower
  /// No difference was shown, which does not show that both are equal.
  case noDifference = "no-difference"
  /// Nothing could be tested, as with a single pair or with equal differences.
  case untested

  /// The verdict on a difference with an adjusted p-value, at a confidence.
  public init(_ difference: Double, adjusted pValue: Double?, confidence: Double) {
    guard let pValue else {
      self = .untested
      return
    }
    guard pValue < 1 - confidence, difference != 0 else {
      self = .noDifference
      return
    }
    self = difference > 0 ? .higher : .lower
  }
}
