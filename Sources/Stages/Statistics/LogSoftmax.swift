internal import Foundation

/// The logarithms of the probabilities that logits stand for.
public enum LogSoftmax {
  /// The natural logarithm of each class's probability, without overflow or underflow.
  ///
  /// - Precondition: There is at least one logit, and all are finite.
  public static func values(_ logits: [Double]) -> [Double] {
    precondition(!logits.isEmpty, "no logits")
    let top = logits.max() ?? 0
    let total = top + log(logits.reduce(0) { $0 + exp($1 - top) })
    return logits.map { $0 - total }
  }
}
