/// The Brier score of probabilities of several classes (Brier 1950), from 0 to 2, and its parts.
///
/// Probabilities of each class are divided into bins of equal width. The parts (Murphy 1973) are summed
/// over classes; what the bins leave (Stephenson, Coelho and Jolliffe 2008) is `withinBins`, so that
/// score = reliability - resolution + uncertainty + withinBins.
public struct BrierScore: Sendable, Hashable {
  /// The mean over samples of the squared distances of all classes; lower is better.
  public let score: Double
  /// The squared distance of mean probability and frequency in a bin; lower is better.
  public let reliability: Double
  /// The squared distance of a bin's frequency from that of all samples; higher is better.
  public let resolution: Double
  /// The variance of the labels, a property of the samples.
  public let uncertainty: Double
  /// The variance of probabilities in a bin, minus twice their covariance with the labels.
  public let withinBins: Double

  /// The sums over the samples of a bin.
  private struct Sums {
    var (count, members, probabilities) = (0.0, 0.0, 0.0)
  }

  /// Computes the score.
  ///
  /// `probabilities` has one list per class, each with one probability per sample.
  ///
  /// - Precondition: There is at least one sample and one bin; probabilities are from 0 to 1.
  public init(probabilities: [[Double]], labels: [Int], bins: Int) {
    precondition(!labels.isEmpty && bins > 0, "\(labels.count) samples in \(bins) bins")
    let count = Double(labels.count)
    var (score, reliability, resolution) = (0.0, 0.0, 0.0)
    var (uncertainty, within) = (0.0, 0.0)
    for (index, own) in probabilities.enumerated() {
      precondition(own.count == labels.count, "one probability per sample")
      var sums = [Sums](repeating: Sums(), count: bins)
      for (probability, label) in zip(own, labels) {
        let place = CalibrationError.place(probability, bins: bins)
        let outcome = label == index ? 1.0 : 0.0
        score += (probability - outcome) * (probability - outcome)
        sums[place].count += 1
        sums[place].members += outcome
        sums[place].probabilities += probability
      }
      let base = sums.reduce(0) { $0 + $1.members } / count
      uncertainty += base * (1 - base)
      for bin in sums where bin.count > 0 {
        let (mean, frequency) = (bin.probabilities / bin.count, bin.members / bin.count)
        reliability += bin.count * (mean - frequency) * (mean - frequency) / count
        resolution += bin.count * (frequency - base) * (frequency - base) / count
      }
      // In a second pass, since differences of sums of squares would cancel.
      for (probability, label) in zip(own, labels) {
        let bin = sums[CalibrationError.place(probability, bins: bins)]
        let distance = probability - bin.probabilities / bin.count
        let outcome = label == index ? 1.0 : 0.0
        within += distance * (distance - 2 * (outcome - bin.members / bin.count)) / count
      }
    }
    self.score = score / count
    (self.reliability, self.resolution) = (reliability, resolution)
    (self.uncertainty, withinBins) = (uncertainty, within)
  }
}
