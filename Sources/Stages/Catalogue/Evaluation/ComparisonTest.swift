internal import PipelineDSL

/// The parameter `test` of `compare`: how differences over repeats are tested.
enum ComparisonTest: String, ParameterChoice {
  /// The paired t-test, for independent repeats.
  case t
  /// The corrected resampled t-test, for repeats that share training samples.
  case correctedT = "corrected-t"
  /// Wilcoxon's signed-rank test.
  case wilcoxon
}
