internal import PipelineDSL

extension Compare {
  struct Parameters: StageParameters {
    var metrics = ["test/accuracy", "test/macro-f1", "test/loss"]
    var repeats: String?
    var confidence = 0.95
    var baseline = BaselineCell.none
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
          "confidence of the intervals, by Student's t over repeats"),
        ParameterField(
          "baseline", \.baseline,
          "axis values of the cell that all others are tested against, paired over repeats, such as "
            + "{\"backbone\": \"cnn\"} or \"backbone=cnn\"; null for no test"),
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
      if repeats == nil, baseline != .none {
        problems.append("'baseline' needs 'repeats', the axis over which cells are paired")
      }
      if let repeats, baseline.values[repeats] != nil {
        problems.append("'\(repeats)' is the axis of 'repeats', so it cannot be in 'baseline'")
      }
      if repeats == nil, pool {
        problems.append("'pool' needs 'repeats', the axis of the folds")
      }
      return problems
    }
  }
}
