internal import Foundation

/// Softmax cross-entropy with soft targets and label smoothing (Szegedy and others, 2016).
public enum CrossEntropy {
  /// Converts logits to probabilities, row by row; both are samples x classes.
  public static func softmax(_ logits: [Float], classes: Int) -> [Float] {
    var result = [Float](repeating: 0, count: logits.count)
    for start in stride(from: 0, to: logits.count, by: classes) {
      let row = logits[start..<start + classes]
      let top = row.max() ?? 0
      // In double precision, so that the exponentials of different libraries agree after rounding.
      let powers = row.map { exp(Double($0 - top)) }
      let sum = powers.reduce(0, +)
      for (index, power) in powers.enumerated() { result[start + index] = Float(power / sum) }
    }
    return result
  }

  /// The sum over samples of the loss against `(1 - smoothing) target + smoothing / classes`, each
  /// multiplied by the sample's weight.
  ///
  /// Logits and targets are samples x classes; each row of targets sums to 1. `weights` has one
  /// number per class, or is empty if all are 1. Without smoothing and weights the loss is the
  /// negative log-likelihood.
  static func loss(
    _ logits: [Float], _ targets: [Float], classes: Int, smoothing: Double, weights: [Float] = []
  ) -> Double {
    var sum = 0.0
    for start in stride(from: 0, to: logits.count, by: classes) {
      let row = logits[start..<start + classes]
      let top = Double(row.max() ?? 0)
      let normaliser = top + log(row.reduce(0.0) { $0 + exp(Double($1) - top) })
      var own = 0.0
      for index in start..<start + classes {
        let target = (1 - smoothing) * Double(targets[index]) + smoothing / Double(classes)
        own += target * (normaliser - Double(logits[index]))
      }
      sum += own * weight(of: targets[start..<start + classes], weights)
    }
    return sum
  }

  /// The weight of a sample: the class weights' mean by the shares of its target, so that a sample
  /// with one label has that class's weight, as with Keras's `class_weight`.
  private static func weight(of target: ArraySlice<Float>, _ weights: [Float]) -> Double {
    weights.isEmpty ? 1 : zip(target, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// The gradient of the mean loss over samples with respect to the logits.
  static func gradient(
    _ logits: [Float], _ targets: [Float], classes: Int, smoothing: Double, weights: [Float] = []
  ) -> [Float] {
    let share = 1 / Float(logits.count / classes)
    let even = Float(smoothing / Double(classes))
    let kept = Float(1 - smoothing)
    let probabilities = softmax(logits, classes: classes)
    return stride(from: 0, to: logits.count, by: classes).flatMap { start in
      let row = start..<start + classes
      let factor = Float(weight(of: targets[row], weights)) * share
      return row.map { (probabilities[$0] - (kept * targets[$0] + even)) * factor }
    }
  }
}
