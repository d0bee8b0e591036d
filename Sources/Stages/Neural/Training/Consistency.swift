internal import Foundation

/// How much a network's predictions differ between copies of one sample: the Jensen-Shannon
/// divergence of their distributions.
///
/// AugMix's consistency term (Hendrycks and others 2020, equation 2).
enum Consistency {
  /// The lower bound of the mean probability, as in the authors' code.
  private static let least = 1e-7

  /// The divergence in nats, averaged over samples; logits are copies x samples x classes.
  static func loss(_ logits: [Float], copies: Int, classes: Int) -> Double {
    var sum = 0.0
    each(logits, copies, classes) { _, own, mean in
      if own > 0 { sum += own * (log(own) - log(mean)) }
    }
    return sum / Double(logits.count / classes)
  }

  /// The gradient of the loss with respect to the logits.
  static func gradient(_ logits: [Float], copies: Int, classes: Int) -> [Float] {
    // With p the distribution of a copy and m the mean, dJ/dp = log(p / m) / copies: the terms from
    // the effect of p on m cancel.
    var probabilityGradient = [Double](repeating: 0, count: logits.count)
    var own = probabilityGradient
    let share = Double(classes) / Double(logits.count)
    each(logits, copies, classes) { index, probability, mean in
      own[index] = probability
      probabilityGradient[index] = probability > 0 ? share * (log(probability) - log(mean)) : 0
    }
    var result = [Float](repeating: 0, count: logits.count)
    for start in stride(from: 0, to: logits.count, by: classes) {
      let mean = (start..<start + classes).reduce(0.0) { $0 + own[$1] * probabilityGradient[$1] }
      for index in start..<start + classes {
        result[index] = Float(own[index] * (probabilityGradient[index] - mean))
      }
    }
    return result
  }

  /// Calls `body` with the index, the probability, and its mean over the copies.
  private static func each(
    _ logits: [Float], _ copies: Int, _ classes: Int,
    _ body: (_ index: Int, _ own: Double, _ mean: Double) -> Void
  ) {
    let own = CrossEntropy.softmax(logits, classes: classes).map(Double.init)
    let stride = logits.count / copies
    for index in 0..<stride {
      let mean = (0..<copies).reduce(0.0) { $0 + own[index + $1 * stride] } / Double(copies)
      for copy in 0..<copies {
        let place = index + copy * stride
        body(place, own[place], max(mean, least))
      }
    }
  }
}
