/// Which values of a metric are better.
public enum MetricDirection: Sendable, Hashable {
  case higher, lower

  /// Metrics that measure an error, by the last part of their names.
  private static let errors: Set<Substring> = [
    "nll", "ece", "ece-equal-mass", "mce", "brier", "brier-reliability", "aurc",
  ]
  /// Measures of explanations that are better the lower they are.
  private static let lowMeasures: Set<Substring> = [
    "background-share", "deletion", "infidelity", "max-sensitivity", "sufficiency",
  ]

  /// The direction by the last part of a metric's name: losses and errors are better the lower they
  /// are.
  public init(of name: String) {
    let last = name.split(separator: "/").last ?? ""
    let isLower =
      last.hasSuffix("loss") || Self.errors.contains(last) || Self.lowMeasures.contains(last)
    self = isLower ? .lower : .higher
  }
}
