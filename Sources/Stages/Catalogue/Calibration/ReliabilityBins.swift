internal import Foundation
internal import Statistics

/// How often the predicted class is right, by its probability, in bins of equal width.
struct ReliabilityBins: Sendable {
  /// The name of the table.
  static let file = "reliability.csv"
  /// The columns of the table, after part and state those of `rows`.
  static let columns = [
    "part", "state", "low", "high", "samples", "confidence", "accuracy",
  ]

  /// The samples whose probability of the predicted class is above `low` and at most `high`.
  struct Bin: Sendable, Hashable {
    let low, high: Double
    var count = 0
    var right = 0
    /// The sum of the probabilities of the predicted classes.
    var confidence = 0.0
  }

  /// The bins, ascending.
  let bins: [Bin]

  /// Sorts samples into bins by the probability of their predicted class.
  init(logits: [[Float]], labels: [Int], bins count: Int) {
    var bins = (0..<count).map {
      Bin(low: Double($0) / Double(count), high: Double($0 + 1) / Double(count))
    }
    for (row, label) in zip(logits, labels) {
      let predicted = ClassificationReport.predicted(row)
      let confidence = StableNumber.rounded(
        exp(LogSoftmax.values(row.map { Double($0) })[predicted]))
      // As netcal and torchmetrics: a bin has its upper end.
      let place = min(max(Int((confidence * Double(count)).rounded(.up)) - 1, 0), count - 1)
      bins[place].count += 1
      bins[place].right += predicted == label ? 1 : 0
      bins[place].confidence += confidence
    }
    self.bins = bins
  }

  /// The mean distance of accuracy and mean confidence, weighted by samples (Naeini, Cooper and
  /// Hauskrecht 2015).
  var expectedError: Double {
    let total = bins.reduce(0) { $0 + $1.count }
    guard total > 0 else { return 0 }
    return bins.reduce(0) { $0 + abs(Double($1.right) - $1.confidence) } / Double(total)
  }

  /// The rows of the table, one per bin with samples, without part and state.
  var rows: [[String]] {
    bins.filter { $0.count > 0 }.map { bin in
      [decimal(bin.low, 6), decimal(bin.high, 6), String(bin.count)]
        + [bin.confidence, Double(bin.right)].map { decimal($0 / Double(bin.count), 6) }
    }
  }
}
