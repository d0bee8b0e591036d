/// Which values of a metric are better.
public enum MetricDirection: Sendable, Hashable {
  case higher, lower

  /// Metrics that measure an error, by the last part of their names.
  private static let errors: Set<String> = [
    "nll", "ece", "ece-equal-mass", "mce", "brier", "brier-reliability", "aurc",
  ]

  /// The direction by the last part of a metric's name: losses and errors are better the lower they
  /// are.
  public init(of name: String) {
    let last = name.split(separator: "/").last ?? ""
    self = last.hasSuffix("loss") || Self.errors.contains(String(last)) ? .lower : .higher
  }
}
