/// Precision over recall for all thresholds.
public struct PrecisionRecallCurve: Sendable, Hashable {
  /// The scores if every sample with at least a threshold is called positive.
  public struct Point: Sendable, Hashable {
    /// The threshold.
    public let threshold: Double
    /// The share of positives among those that are called positive.
    public let precision: Double
    /// The share of positives that are called positive.
    public let recall: Double
  }

  /// The points by falling threshold, one per distinct score; recall rises to 1.
  public let points: [Point]

  /// The curve of some scores; `nil` if there are no positives.
  ///
  /// - Precondition: There is one side per score, and no score is NaN.
  public init?(scores: [Double], positive: [Bool]) {
    let steps = ThresholdSteps(scores: scores, positive: positive)
    guard let last = steps.counts.last, last.positives > 0 else { return nil }
    points = steps.counts.map {
      Point(
        threshold: $0.threshold,
        precision: Double($0.positives) / Double($0.positives + $0.negatives),
        recall: Double($0.positives) / Double(last.positives))
    }
  }

  /// The mean of the precision, weighted by the gain in recall, without interpolation: the average
  /// precision of scikit-learn.
  public var averagePrecision: Double {
    var (sum, recall) = (0.0, 0.0)
    for point in points {
      sum += (point.recall - recall) * point.precision
      recall = point.recall
    }
    return sum
  }
}
