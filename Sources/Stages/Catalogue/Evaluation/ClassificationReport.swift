internal import Foundation
internal import Neural

/// Classification metrics: every number that `evaluate` reports for a part.
///
/// Computed as in scikit-learn over all classes of the model, with `zero_division=0`: a class that
/// is never true or never predicted scores 0 where the formula divides by zero. Macro means are
/// over all classes, except `macro-f1-present`, which is over the classes that have samples; the
/// macro mean of the area is over the classes where it is defined.
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
    /// The area under the one-vs-rest ROC curve of logit margins; `nil` if no or all samples are
    /// members.
    var area: Double?
  }

  /// The class names, in the model's order.
  let classes: [String]
  /// Counts by true class and predicted class.
  let confusion: ConfusionMatrix
  /// The scores by class.
  let scores: [ClassScores]
  /// The mean cross-entropy in nats, from logits: no probability is rounded or clipped.
  let loss: Double

  /// Creates a report from true class indices and one logit per class for each sample.
  ///
  /// - Precondition: there is at least one sample and are two classes, and every row has one finite
  ///   logit per class.
  init(classes: [String], truths: [Int], logits: [[Float]]) {
    precondition(!truths.isEmpty && truths.count == logits.count)
    var confusion = ConfusionMatrix(classes: classes.count)
    var loss = 0.0
    for (truth, row) in zip(truths, logits) {
      confusion.add(label: truth, prediction: Self.predicted(row))
      // The cross-entropy is log(1 + exp(-margin)).
      let margin = ROC.margin(row, of: truth)
      loss += max(-margin, 0) + log1p(exp(-abs(margin)))
    }
    (self.classes, self.confusion) = (classes, confusion)
    self.loss = loss / Double(truths.count)
    scores = classes.indices.map { index in
      let (hits, support) = (confusion.hits(index), confusion.support(index))
      let (claimed, others) = (confusion.predicted(index), truths.count - support)
      return ClassScores(
        support: support, precision: ConfusionMatrix.ratio(hits, claimed),
        sensitivity: ConfusionMatrix.ratio(hits, support),
        specificity: ConfusionMatrix.ratio(others - (claimed - hits), others),
        f1: confusion.f1(index),
        area: ROC.area(
          scores: logits.map { ROC.margin($0, of: index) }, positive: truths.map { $0 == index }))
    }
  }

  /// The class with the highest logit or probability; the first of equal ones.
  static func predicted(_ row: [Float]) -> Int {
    row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
  }

  /// The number of samples.
  var count: Int { scores.reduce(0) { $0 + $1.support } }
  /// The share of samples whose predicted class is the true class.
  var accuracy: Double { confusion.accuracy }
  /// The classes without members among the samples.
  var absent: [String] { classes.indices.filter { scores[$0].support == 0 }.map { classes[$0] } }

  /// The metrics by name, without the part: `accuracy`, `macro-f1`, `sensitivity/ALL`.
  var metrics: [String: Double] {
    var metrics = [
      "samples": Double(count), "accuracy": accuracy, "loss": loss,
      "macro-precision": mean(\.precision), "macro-sensitivity": mean(\.sensitivity),
      "macro-specificity": mean(\.specificity), "macro-f1": confusion.macroF1,
      "macro-f1-present": confusion.macroF1Present,
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
}
