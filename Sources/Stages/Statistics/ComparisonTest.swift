/// How differences over repeats are tested.
public enum ComparisonTest: String, Sendable, Hashable, CaseIterable {
  /// The paired t-test, for independent repeats.
  case t
  /// The corrected resampled t-test, for repeats that share training samples.
  case correctedT = "corrected-t"
  /// Wilcoxon's signed-rank test.
  case wilcoxon
}
