internal import Foundation

/// The receiver operating characteristic of a score for a binary classification.
enum ROC {
  /// The area under the curve: how often a positive outranks a negative, ties counting one half.
  ///
  /// Computed from mean ranks (Mann and Whitney 1947), which equals the trapezoidal area under the
  /// curve. `nil` if there are no positives or no negatives, since there is nothing to rank.
  static func area<Score: Comparable>(scores: [Score], positive: [Bool]) -> Double? {
    precondition(scores.count == positive.count, "one side a score")
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var (rankSum, positives, start) = (0.0, 0, 0)
    while start < order.count {
      var end = start
      var tied = 0
      while end < order.count, scores[order[end]] == scores[order[start]] {
        if positive[order[end]] { tied += 1 }
        end += 1
      }
      // Ranks count from 1: the mean of start + 1 ... end.
      rankSum += Double(tied) * Double(start + 1 + end) / 2
      positives += tied
      start = end
    }
    let negatives = order.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    let least = Double(positives) * Double(positives + 1) / 2
    return (rankSum - least) / (Double(positives) * Double(negatives))
  }

  /// The log odds of a class against all others: its logit minus the log-sum-exp of theirs.
  ///
  /// Ranks samples as the probability of the class does, but without the ties of probabilities that
  /// are rounded to 0 or 1. `logits` has at least two finite numbers.
  static func margin(_ logits: [Float], of label: Int) -> Double {
    var others = logits.map(Double.init)
    let own = others.remove(at: label)
    // In order of size, so that the order of the other classes makes no difference in rounding.
    others.sort(by: >)
    let top = others[0]
    return own - (top + log(others.reduce(0) { $0 + exp($1 - top) }))
  }
}
