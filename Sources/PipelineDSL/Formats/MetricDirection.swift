/// Which values of a metric are better.
public enum MetricDirection: Sendable, Hashable {
  case higher, lower

  /// Measures of explanations that are better the lower they are.
  private static let lowMeasures: Set<Substring> = [
    "background-share", "deletion", "infidelity", "max-sensitivity", "sufficiency",
  ]

  /// The direction by the last part of a metric's name: losses are better the lower they are.
  public init(of name: String) {
    let last = name.split(separator: "/").last ?? ""
    self =
      last.hasSuffix("loss") || last == "nll" || Self.lowMeasures.contains(last) ? .lower : .higher
  }
}
