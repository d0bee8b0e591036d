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

  private let error: CalibrationError

  /// Sorts samples, of which there is at least one, into bins by the probability of their predicted
  /// class.
  init(logits: [[Float]], labels: [Int], bins: Int) {
    let predicted = logits.map(ClassificationReport.predicted)
    error = CalibrationError(
      confidences: zip(logits, predicted).map { row, predicted in
        min(1, StableNumber.rounded(exp(LogSoftmax.values(row.map { Double($0) })[predicted])))
      }, right: zip(labels, predicted).map(==), bins: bins, .equalWidth)
  }

  /// The bins that have samples, ascending.
  var bins: [CalibrationError.Bin] { error.bins }

  /// The mean distance of accuracy and mean confidence, weighted by samples.
  var expectedError: Double { error.expected }

  /// The rows of the table, one per bin with samples, without part and state.
  var rows: [[String]] {
    bins.map { bin in
      [decimal(bin.low, 6), decimal(bin.high, 6), String(bin.count)]
        + [bin.confidence, bin.accuracy].map { decimal($0, 6) }
    }
  }
}
