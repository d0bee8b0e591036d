import Testing

@testable import Statistics

/// What intervals mean: how often they contain the truth that data were drawn from.
@Suite struct CoverageTests {
  private static let (draws, samples, confidence) = (1000, 200, 0.95)
  private static let expected = 935...965

  /// Class shares, and predictions of each class, of a classifier that is right in 80 %.
  private static let shares = [0.5, 0.3, 0.2]
  private static let predictions = [[0.85, 0.1, 0.05], [0.15, 0.75, 0.1], [0.1, 0.15, 0.75]]

  private static func pick(_ shares: [Double], _ stream: inout SeededRandom) -> Int {
    var rest = stream.uniform()
    for (index, share) in shares.enumerated() {
      rest -= share
      if rest < 0 { return index }
    }
    return shares.count - 1
  }

  /// Macro-F1 from the shares or counts of a confusion matrix of three classes.
  private static func macroF1(_ field: (Int, Int) -> Double) -> Double {
    var sum = 0.0
    for index in 0..<3 {
      var margins = 0.0
      for other in 0..<3 { margins += field(index, other) + field(other, index) }
      sum += margins > 0 ? 2 * field(index, index) / margins : 0
    }
    return sum / 3
  }

  @Test("95 % intervals of accuracy and macro-F1 contain the truth in 93.5 to 96.5 % of draws")
  func accuracyAndMacroF1() {
    let accuracy = (0..<3).reduce(0) { $0 + Self.shares[$1] * Self.predictions[$1][$1] }
    let truth = Self.macroF1 { Self.shares[$0] * Self.predictions[$0][$1] }
    var (wilson, accelerated) = (0, 0)
    let groups = (0..<Self.samples).map(Int32.init)
    for draw in 0..<Self.draws {
      var stream = SeededRandom(seed: 5, stream: UInt64(draw))
      let cells = groups.map { _ in
        let label = Self.pick(Self.shares, &stream)
        return Int32(label * 3 + Self.pick(Self.predictions[label], &stream))
      }
      let right = cells.count { $0 % 4 == 0 }
      let share = WilsonInterval(successes: right, of: Self.samples, confidence: Self.confidence)
      if share.low <= accuracy, accuracy <= share.high { wilson += 1 }
      let counts = GroupedCounts(
        groups: Self.samples, cells: 9, groupOf: groups, cellOf: cells)
      let bootstrap = counts.bootstrap(resamples: 400, seed: UInt64(draw)) { counts in
        [Self.macroF1 { Double(counts[$0 * 3 + $1]) }]
      }
      if let interval = bootstrap.interval(of: 0, confidence: Self.confidence),
        interval.low <= truth, truth <= interval.high
      {
        accelerated += 1
      }
    }
    #expect(Self.expected.contains(wilson), "Wilson: \(wilson)")
    #expect(Self.expected.contains(accelerated), "BCa: \(accelerated)")
  }

  @Test("95 % intervals of AUC contain the truth in 93.5 to 96.5 % of draws")
  func area() {
    let shift = 1.2
    let truth = NormalDistribution.cumulative(shift / Double(2).squareRoot())
    let positive = (0..<Self.samples).map { $0 < 60 }
    var hits = 0
    for draw in 0..<Self.draws {
      var stream = SeededRandom(seed: 5, stream: UInt64(draw))
      let scores = positive.map { isPositive in
        NormalDistribution.quantile(max(1e-16, stream.uniform())) + (isPositive ? shift : 0)
      }
      let bounds = DeLong(scores: scores, positive: positive)?.bounds(confidence: Self.confidence)
      if bounds?.contains(truth) == true { hits += 1 }
    }
    #expect(Self.expected.contains(hits), "DeLong: \(hits)")
  }

  @Test("groups of equal samples need intervals by group")
  func groups() {
    // Each group has ten samples that are right or wrong together: there are 30 observations, not 300.
    var (byGroup, bySample) = (0, 0)
    let owners = (0..<300).map { Int32($0 / 10) }
    let alone = (0..<300).map(Int32.init)
    for draw in 0..<200 {
      var stream = SeededRandom(seed: 9, stream: UInt64(draw))
      let outcomes = (0..<30).map { _ in stream.uniform() < 0.7 ? Int32(1) : 0 }
      let cells = owners.map { outcomes[Int($0)] }
      func contains(_ groupOf: [Int32], _ groups: Int) -> Bool {
        let counts = GroupedCounts(groups: groups, cells: 2, groupOf: groupOf, cellOf: cells)
        let interval = counts.bootstrap(resamples: 200, seed: UInt64(draw)) {
          [Double($0[1]) / Double($0[0] + $0[1])]
        }.interval(of: 0)
        return interval.map { $0.low <= 0.7 && 0.7 <= $0.high } ?? false
      }
      if contains(owners, 30) { byGroup += 1 }
      if contains(alone, 300) { bySample += 1 }
    }
    #expect(byGroup >= 180, "by group: \(byGroup)")
    #expect(bySample < 120, "by sample: \(bySample)")
  }
}
