internal import Foundation

/// Classification metrics: every number that `evaluate` reports for a part.
///
/// Computed as in scikit-learn over all classes of the model, with `zero_division=0`: a class that
/// is never true or never predicted scores 0 where the formula divides by zero. Macro means are
/// over all classes; the macro mean of the area is over the classes where it is defined.
struct ClassificationReport: Sendable, Hashable {
  /// The scores of one class against the rest.
  struct ClassScores: Sendable, Hashable {
    /// The number of samples of the class.
    var support: Int
    /// TP / (TP + FP).
    var precision: Double
    /// TP / (TP + FN), also called recall.
    var sensitivity: Double
    /// TN / (TN + FP).
    var specificity: Double
    /// The harmonic mean of precision and sensitivity.
    var f1: Double
    /// The area under the one-vs-rest ROC curve; `nil` if no or all samples are members.
    var area: Double?
  }

  /// The class names, in the model's order.
  let classes: [String]
  /// Counts by true class (row) and predicted class (column).
  let confusion: [[Int]]
  /// The scores by class.
  let scores: [ClassScores]
  /// The mean cross-entropy in nats; probabilities are clipped by Float's epsilon at either end.
  let loss: Double

  /// Creates a report from true class indices and one probability per class for each sample.
  ///
  /// - Precondition: there is at least one sample, every row has one probability per class, and
  ///   none is NaN.
  init(classes: [String], truths: [Int], probabilities: [[Float]]) {
    precondition(!truths.isEmpty && truths.count == probabilities.count)
    let count = classes.count
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
    var loss = 0.0
    for (truth, row) in zip(truths, probabilities) {
      confusion[truth][Self.predicted(row)] += 1
      loss -= log(Double(min(max(row[truth], .ulpOfOne), 1 - .ulpOfOne)))
    }
    (self.classes, self.confusion) = (classes, confusion)
    self.loss = loss / Double(truths.count)
    scores = classes.indices.map { index in
      let hits = confusion[index][index]
      let support = confusion[index].reduce(0, +)
      let claimed = confusion.reduce(0) { $0 + $1[index] }
      let others = truths.count - support
      return ClassScores(
        support: support, precision: Self.ratio(hits, claimed),
        sensitivity: Self.ratio(hits, support),
        specificity: Self.ratio(others - (claimed - hits), others),
        f1: Self.ratio(2 * hits, support + claimed),
        area: ROC.area(
          scores: probabilities.map { $0[index] }, positive: truths.map { $0 == index }))
    }
  }

  /// The class with the highest probability; the first of equal ones.
  static func predicted(_ probabilities: [Float]) -> Int {
    probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
  }

  /// The number of samples.
  var count: Int { scores.reduce(0) { $0 + $1.support } }
  /// The share of samples whose predicted class is the true class.
  var accuracy: Double { Self.ratio(classes.indices.reduce(0) { $0 + confusion[$1][$1] }, count) }
  /// The classes without members among the samples.
  var absent: [String] { classes.indices.filter { scores[$0].support == 0 }.map { classes[$0] } }

  /// The metrics by name, without the part: `accuracy`, `macro-f1`, `sensitivity/ALL`.
  var metrics: [String: Double] {
    var metrics = [
      "samples": Double(count), "accuracy": accuracy, "loss": loss,
      "macro-precision": mean(\.precision), "macro-sensitivity": mean(\.sensitivity),
      "macro-specificity": mean(\.specificity), "macro-f1": mean(\.f1),
      "weighted-f1": scores.reduce(0) { $0 + $1.f1 * Double($1.support) } / Double(count),
    ]
    let areas = scores.compactMap(\.area)
    if !areas.isEmpty { metrics["macro-auc"] = areas.reduce(0, +) / Double(areas.count) }
    for (name, score) in zip(classes, scores) {
      metrics["support/\(name)"] = Double(score.support)
      metrics["precision/\(name)"] = score.precision
      metrics["sensitivity/\(name)"] = score.sensitivity
      metrics["specificity/\(name)"] = score.specificity
      metrics["f1/\(name)"] = score.f1
      if let area = score.area { metrics["auc/\(name)"] = area }
    }
    return metrics
  }

  private func mean(_ score: KeyPath<ClassScores, Double>) -> Double {
    scores.reduce(0) { $0 + $1[keyPath: score] } / Double(scores.count)
  }

  private static func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}
