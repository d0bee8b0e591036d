/// The positives and negatives at or above each distinct score.
struct ThresholdSteps {
  /// The samples that reach a threshold.
  struct Count {
    let threshold: Double
    let positives: Int
    let negatives: Int
  }

  /// The counts by falling threshold, one per distinct score.
  let counts: [Count]

  /// Counts the samples of some scores.
  init(scores: [Double], positive: [Bool]) {
    precondition(scores.count == positive.count, "one side per score")
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var counts: [Count] = []
    var (positives, negatives) = (0, 0)
    for (place, sample) in order.enumerated() {
      if positive[sample] { positives += 1 } else { negatives += 1 }
      let isLast = place + 1 == order.count || scores[order[place + 1]] < scores[sample]
      guard isLast else { continue }
      counts.append(
        Count(threshold: scores[sample], positives: positives, negatives: negatives))
    }
    self.counts = counts
  }
}
