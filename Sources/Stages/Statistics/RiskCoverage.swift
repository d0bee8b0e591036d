/// The risk of a classifier that answers only where it is confident, over the share it answers
/// (El-Yaniv and Wiener 2010), and the area under that curve (Geifman, Uziel and El-Yaniv 2019).
public struct RiskCoverage: Sendable, Hashable {
  /// The risk if every sample with at least a confidence is answered.
  public struct Point: Sendable, Hashable {
    /// The lowest confidence that is answered.
    public let threshold: Double
    /// The share of samples that are answered.
    public let coverage: Double
    /// The share of wrong answers among the answers.
    public let risk: Double
  }

  /// The points by falling confidence, one per distinct confidence, up to coverage 1.
  public let points: [Point]
  /// The mean of the risk over all numbers of answered samples, from 1 up; lower is better.
  ///
  /// Samples of equal confidence are in every order equally likely.
  public let area: Double

  /// The curve of samples, each given by its confidence and whether it is right.
  ///
  /// - Precondition: There is at least one sample, and no confidence is NaN.
  public init(confidences: [Double], right: [Bool]) {
    precondition(!confidences.isEmpty, "a curve of nothing")
    let steps = ThresholdSteps(scores: confidences, positive: right)
    let total = Double(confidences.count)
    var (points, sum): ([Point], Double) = ([], 0)
    var (answered, wrong) = (0, 0)
    for step in steps.counts {
      let tied = step.positives + step.negatives - answered
      let rate = Double(step.negatives - wrong) / Double(tied)
      for place in 1...tied {
        sum += (Double(wrong) + rate * Double(place)) / Double(answered + place)
      }
      (answered, wrong) = (answered + tied, step.negatives)
      points.append(
        Point(
          threshold: step.threshold, coverage: Double(answered) / total,
          risk: Double(wrong) / Double(answered)))
    }
    (self.points, area) = (points, sum / total)
  }
}
