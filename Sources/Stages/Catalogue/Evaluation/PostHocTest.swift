internal import PipelineDSL

/// The parameter `posthoc` of `compare`: how pairs are tested after Friedman's test.
enum PostHocTest: String, ParameterChoice {
  /// Nemenyi's test of mean ranks.
  case nemenyi
  /// Wilcoxon's signed-rank test of each pair, with Holm's correction.
  case wilcoxonHolm = "wilcoxon-holm"
}
