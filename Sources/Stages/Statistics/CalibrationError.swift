/// How far confidences are from accuracies, over bins of confidence.
///
/// After Naeini, Cooper and Hauskrecht (2015), and Guo and others (2017).
public struct CalibrationError: Sendable, Hashable {
  /// How confidences are divided into bins.
  public enum Binning: String, CaseIterable, Sendable {
    /// Bins of equal width from 0 to 1; a confidence at an edge belongs to the lower bin.
    case equalWidth = "equal-width"
    /// Bins of equal numbers of samples; equal confidences share a bin.
    case equalMass = "equal-mass"
  }

  /// The samples of a range of confidences.
  public struct Bin: Sendable, Hashable {
    /// The lower edge; of equal mass, the lowest confidence.
    public let low: Double
    /// The upper edge; of equal mass, the highest confidence.
    public let high: Double
    /// The number of samples, at least 1.
    public let count: Int
    /// The number of samples that are right.
    public let right: Int
    /// The mean confidence.
    public let confidence: Double
    /// The share of samples that are right.
    public var accuracy: Double { Double(right) / Double(count) }

    /// The interval of the accuracy.
    public func interval(confidence: Double = 0.95) -> WilsonInterval {
      WilsonInterval(successes: right, of: count, confidence: confidence)
    }
  }

  /// The bins that have samples, by ascending confidence.
  public let bins: [Bin]

  /// Divides samples, each given by its confidence and whether it is right, into bins.
  ///
  /// The confidence is usually the probability of the predicted class.
  ///
  /// - Precondition: There is at least one sample and one bin, and confidences are from 0 to 1.
  public init(confidences: [Double], right: [Bool], bins: Int, _ binning: Binning) {
    precondition(!confidences.isEmpty && confidences.count == right.count, "one side per sample")
    precondition(bins > 0, "\(bins) bins")
    precondition(confidences.allSatisfy((0...1).contains), "a confidence beyond 0 and 1")
    switch binning {
    case .equalWidth: self.bins = Self.equalWidth(confidences, right, bins)
    case .equalMass: self.bins = Self.equalMass(confidences, right, bins)
    }
  }

  /// The mean distance between confidence and accuracy, weighted by the samples of the bins.
  public var expected: Double {
    let total = bins.reduce(0) { $0 + $1.count }
    return bins.reduce(0) { $0 + abs($1.accuracy - $1.confidence) * Double($1.count) }
      / Double(total)
  }

  /// The largest distance between confidence and accuracy of a bin.
  public var maximum: Double { bins.reduce(0) { max($0, abs($1.accuracy - $1.confidence)) } }

  /// The index of the bin of equal width that a probability belongs to.
  static func place(_ probability: Double, bins: Int) -> Int {
    max(0, min(Int((probability * Double(bins)).rounded(.up)) - 1, bins - 1))
  }

  private static func equalWidth(_ confidences: [Double], _ right: [Bool], _ bins: Int) -> [Bin] {
    var sums = [(count: Int, right: Int, confidence: Double)](repeating: (0, 0, 0), count: bins)
    for (confidence, isRight) in zip(confidences, right) {
      let place = place(confidence, bins: bins)
      sums[place].count += 1
      sums[place].right += isRight ? 1 : 0
      sums[place].confidence += confidence
    }
    return sums.enumerated().filter { $1.count > 0 }.map { index, sum in
      Bin(
        low: Double(index) / Double(bins), high: Double(index + 1) / Double(bins),
        count: sum.count, right: sum.right, confidence: sum.confidence / Double(sum.count))
    }
  }

  private static func equalMass(_ confidences: [Double], _ right: [Bool], _ bins: Int) -> [Bin] {
    let order = confidences.indices.sorted { confidences[$0] < confidences[$1] }
    var result: [Bin] = []
    var start = 0
    for bin in 1...bins {
      var end = max(start, order.count * bin / bins)
      guard end > start else { continue }
      let last = confidences[order[end - 1]]
      while end < order.count, confidences[order[end]] == last { end += 1 }
      let members = order[start..<end]
      result.append(
        Bin(
          low: confidences[order[start]], high: last, count: members.count,
          right: members.count { right[$0] },
          confidence: members.reduce(0) { $0 + confidences[$1] } / Double(members.count)))
      start = end
    }
    return result
  }
}
