/// The receiver operating characteristic: rates of true and false positives over all thresholds.
public struct ROCCurve: Sendable, Hashable {
  /// The rates if every sample with at least a threshold is called positive.
  public struct Point: Sendable, Hashable {
    /// The threshold; infinite at the first point, where no sample is called positive.
    public let threshold: Double
    /// The share of negatives that are called positive.
    public let falsePositives: Double
    /// The share of positives that are called positive.
    public let truePositives: Double
  }

  /// The points by falling threshold, from (0, 0) to (1, 1), one per distinct score.
  public let points: [Point]

  /// The curve of some scores; `nil` if there are no positives or no negatives.
  ///
  /// - Precondition: There is one side per score, and no score is NaN.
  public init?(scores: [Double], positive: [Bool]) {
    let steps = ThresholdSteps(scores: scores, positive: positive)
    guard let last = steps.counts.last, last.positives > 0, last.negatives > 0 else { return nil }
    points =
      [Point(threshold: .infinity, falsePositives: 0, truePositives: 0)]
      + steps.counts.map {
        Point(
          threshold: $0.threshold, falsePositives: Double($0.negatives) / Double(last.negatives),
          truePositives: Double($0.positives) / Double(last.positives))
      }
  }

  /// The area under the curve by trapezoids.
  public var area: Double {
    zip(points, points.dropFirst()).reduce(0) { sum, pair in
      let width = pair.1.falsePositives - pair.0.falsePositives
      return sum + width * (pair.0.truePositives + pair.1.truePositives) / 2
    }
  }
}
