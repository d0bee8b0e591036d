internal import PipelineDSL

extension Conformal {
  struct Parameters: StageParameters {
    var method = ConformalRule.Method.lac
    var levels = [0.1]
    var by = ConformalRule.Condition.none
    var randomised = true
    var lambda = 0.01
    var kReg = 1
    var falseNegatives: [String] = []
    var falseNegativeLevel = 0.1
    var confidence = 0.95

    static let fields: [ParameterField<Self>] = [
      .init(
        "method", \.method,
        "lac (classes of enough probability: the smallest sets), aps (classes from the most probable "
          + "down to a sum: larger sets for harder images) or raps (aps with a penalty on large sets)"
      ),
      .init(
        "levels", \.levels, in: 0.001...0.5,
        "rates at which sets may miss the true class; 0.1 asks for a coverage of 90 %"),
      .init(
        "by", \.by,
        "one threshold for all samples (none), for each class, so that coverage holds within each, or "
          + "for each source"),
      .init(
        "randomised", \.randomised,
        "aps and raps: draw by sample whether the last class is in the set, so that coverage is not "
          + "above what is asked for"),
      .init(
        "lambda", \.lambda, in: 0...10, "raps: penalty for each class in a set beyond k-reg"),
      .init("k-reg", \.kReg, in: 0...1000, "raps: size of sets without a penalty"),
      .init(
        "false-negatives", \.falseNegatives,
        "classes that must not be missed, such as all kinds of leukaemia: images are flagged where "
          + "the sum of their probabilities reaches a threshold; empty for none"),
      .init(
        "false-negative-level", \.falseNegativeLevel, in: 0.001...0.5,
        "false-negatives: expected rate of samples of these classes that are not flagged"),
      .init(
        "confidence", \.confidence, in: 0.5...0.9999,
        "confidence of the intervals of coverage (Wilson) and mean set size (Student's t)"),
    ]

    func conflicts() -> [String] {
      var conflicts: [String] = []
      let (values, defaults) = (values, Self().values)
      for name in ["lambda", "k-reg"] where method != .raps && values[name] != defaults[name] {
        conflicts.append("'\(name)' is for raps, and 'method' is \(method.rawValue)")
      }
      if method == .lac, !randomised {
        conflicts.append("'randomised' is for aps and raps, and 'method' is lac")
      }
      if levels.isEmpty { conflicts.append("'levels' is empty: give at least one, such as 0.1") }
      if Set(levels).count < levels.count { conflicts.append("'levels' has one number twice") }
      if falseNegatives.isEmpty, falseNegativeLevel != Self().falseNegativeLevel {
        conflicts.append("'false-negative-level' needs 'false-negatives'")
      }
      if Set(falseNegatives).count < falseNegatives.count {
        conflicts.append("'false-negatives' names one class twice")
      }
      return conflicts
    }

    /// The scores of the method.
    var settings: ConformalRule.Settings {
      .init(
        method: method, penalty: lambda, rank: kReg, randomised: method != .lac && randomised)
    }
  }
}
