internal import PipelineDSL
internal import Statistics

extension Compare {
  struct Parameters: StageParameters {
    var metrics = ["test/accuracy", "test/macro-f1", "test/loss"]
    var repeats: String?
    var confidence = 0.95
    var baseline = BaselineCell.none
    var test = ComparisonTest.t
    var ratio: Double?
    var correction = MultipleComparisons.holm
    var pairs = PairUnit.repeats
    var ranks: String?
    var posthoc = PostHocTest.nemenyi
    var bayes = false
    var rope = 0.01
    var pool = false
    var select: String?
    var selectOver: [String] = []

    static var fields: [ParameterField<Self>] {
      [
        ParameterField("metrics", \.metrics, "metrics to compare, one column each"),
        ParameterField(
          "repeats", \.repeats,
          "axis whose values repeat an experiment, such as seed or fold; mean, standard deviation "
            + "and interval of the mean are taken over it"
        ),
        ParameterField(
          "confidence", \.confidence, in: 0.5...0.9999,
          "confidence of the intervals, by Student's t over repeats; a verdict needs an adjusted p below 1 "
            + "minus it"),
        ParameterField(
          "baseline", \.baseline,
          "axis values of the cell that all others are tested against, paired over repeats, such as "
            + "{\"backbone\": \"cnn\"} or \"backbone=cnn\"; null for no test"),
        ParameterField(
          "test", \.test,
          "test of differences from the baseline: t (paired t-test, for independent repeats such as seeds), "
            + "corrected-t (Nadeau and Bengio, for folds and random splits, which share training samples), "
            + "wilcoxon (signed ranks)"),
        ParameterField(
          "test-train-ratio", \.ratio, in: 1e-6...1e6,
          "test samples per training sample for corrected-t; null for that of the metrics test/samples and "
            + "train/samples, which are used wherever they exist"),
        ParameterField(
          "correction", \.correction,
          "correction of p for the number of rows of one metric in paired.csv and paired-samples.csv"
        ),
        ParameterField(
          "pairs", \.pairs,
          "samples: each cell's predictions of the test samples are also compared with those of the baseline, "
            + "of the same repeat, by McNemar's test (accuracy) and the paired bootstrap (macro-F1)"
        ),
        ParameterField(
          "ranks", \.ranks,
          "axis whose values are ranked, such as backbone; blocks are the combinations of all other axes with "
            + "repeats; Friedman's test, mean ranks, tests of pairs, critical-difference diagram"),
        ParameterField(
          "posthoc", \.posthoc, "test of pairs of ranked values after Friedman's test"),
        ParameterField(
          "bayes", \.bayes,
          "whether the Bayesian signed-rank test adds the probabilities that a difference is below, within and "
            + "above the region of practical equivalence"),
        ParameterField(
          "rope", \.rope, in: 0...1e9,
          "half the width of the region of practical equivalence, in units of the metric"),
        ParameterField(
          "pool", \.pool,
          "whether metrics of the test samples of all repeats together are reported, from "
            + "predictions; the repeats must be folds; the pooled AUC is biased, because scores of "
            + "different models are not on one scale, so the mean of the folds' AUC leads"),
        ParameterField(
          "select", \.select,
          "metric that chooses the best cell (with repeats, by its mean), such as validation/macro-f1; "
            + "not of the test set; the lowest loss is the best"
        ),
        ParameterField(
          "select-over", \.selectOver,
          "axes whose values compete for select, one choice per combination of the others; "
            + "empty for all but repeats"
        ),
      ]
    }

    func conflicts() -> [String] {
      var problems = metrics.isEmpty ? ["'metrics' is empty: there is nothing to compare"] : []
      if Set(metrics).count < metrics.count { problems.append("'metrics' names one metric twice") }
      if let select, select.split(separator: "/").contains("test") {
        problems.append(
          "'select' is '\(select)': a choice by the test set makes its metrics too good; "
            + "choose by a validation metric")
      }
      if select == nil, !selectOver.isEmpty {
        problems.append("'select-over' needs 'select', the metric to choose by")
      }
      if let repeats, selectOver.contains(repeats) {
        problems.append("'\(repeats)' is the axis of 'repeats', so it cannot be in 'select-over'")
      }
      if repeats == nil, baseline != .none, pairs == .repeats {
        problems.append(
          "'baseline' needs 'repeats', the axis over which cells are paired, or \"pairs\": \"samples\""
        )
      }
      if let repeats, baseline.values[repeats] != nil {
        problems.append("'\(repeats)' is the axis of 'repeats', so it cannot be in 'baseline'")
      }
      if repeats == nil, pool {
        problems.append("'pool' needs 'repeats', the axis of the folds")
      }
      return problems + testConflicts()
    }

    /// Half the width of the region of practical equivalence; `nil` without the Bayesian test.
    var region: Double? { bayes ? rope : nil }

    /// Settings of tests that are not made.
    private func testConflicts() -> [String] {
      var problems: [String] = []
      if test != .t, baseline == .none || repeats == nil {
        problems.append("'test' is '\(test.rawValue)', which needs 'baseline' and 'repeats'")
      }
      if ratio != nil, test != .correctedT {
        problems.append("'test-train-ratio' needs \"test\": \"corrected-t\"")
      }
      if pairs == .samples, baseline == .none {
        problems.append("'pairs' needs 'baseline', the cell that the others are compared with")
      }
      if posthoc != .nemenyi, ranks == nil {
        problems.append("'posthoc' needs 'ranks', the axis whose values are ranked")
      }
      if let ranks, ranks == repeats {
        problems.append("'\(ranks)' is the axis of 'repeats', so it cannot be ranked")
      }
      if bayes, ranks == nil, baseline == .none || repeats == nil {
        problems.append("'bayes' needs 'ranks', or 'baseline' and 'repeats'")
      }
      return problems
    }
  }
}
