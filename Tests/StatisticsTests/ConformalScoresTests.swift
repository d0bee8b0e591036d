import Foundation
import Testing

@testable import Statistics

@Suite struct ConformalScoresTests {
  private func shares(_ logits: [[Double]]) -> [[Double]] {
    logits.map { LogSoftmax.values($0).map { exp($0) } }
  }

  private func methods(_ reference: CalibrationNumbers.Conformal) -> [String: ConformalScores] {
    [
      "lac": .init(.lac), "aps": .init(.aps),
      "raps": .init(.raps(penalty: reference.penalty, rank: reference.rank)),
    ]
  }

  @Test("scores agree with MAPIE to 1e-9")
  func scoresAgreeWithMAPIE() throws {
    let numbers = try CalibrationNumbers.load()
    for (name, scores) in methods(numbers.conformal) {
      let wanted = try #require(numbers.conformal.scores[name])
      for (index, row) in shares(numbers.logits).enumerated() {
        #expect(abs(scores.values(row)[numbers.labels[index]] - wanted[index]) < 1e-9, "\(name)")
      }
    }
    let wanted = try #require(numbers.conformal.scores["randomised"])
    for (index, row) in shares(numbers.logits).enumerated() {
      let own = ConformalScores(.aps).values(row, draw: numbers.conformal.draws[index])
      #expect(abs(own[numbers.labels[index]] - wanted[index]) < 1e-9)
    }
  }

  @Test("thresholds and sets agree with MAPIE")
  func setsAgreeWithMAPIE() throws {
    let numbers = try CalibrationNumbers.load()
    for (name, scores) in methods(numbers.conformal) {
      let own = zip(shares(numbers.logits), numbers.labels).map { scores.values($0)[$1] }
      for (place, level) in numbers.conformal.levels.enumerated() {
        let threshold = ConformalThreshold(own, level: level)
        let wanted = try #require(numbers.conformal.thresholds[name]?[place])
        #expect(abs(threshold.value - wanted) < 1e-9, "\(name) \(level)")
        let sets = try #require(numbers.conformal.sets[name]?[place])
        for (row, set) in zip(shares(numbers.new), sets) {
          // A score beside the threshold may be on either side of it.
          for (score, isIn) in zip(scores.values(row), set) where abs(score - wanted) > 1e-9 {
            #expect((score <= threshold.value) == (isIn == 1), "\(name) \(level)")
          }
        }
      }
    }
  }

  @Test("equal probabilities rank in the order of the classes, and the draw scales the last one")
  func tiesAndDraws() {
    #expect(ConformalScores(.aps).values([0.25, 0.5, 0.25]) == [0.75, 0.5, 1])
    #expect(ConformalScores(.aps).values([0.25, 0.5, 0.25], draw: 0) == [0.5, 0, 0.75])
    #expect(
      ConformalScores(.raps(penalty: 0.5, rank: 1)).values([0.25, 0.5, 0.25]) == [1.25, 0.5, 2])
    #expect(ConformalScores(.lac).values([0.25, 0.5, 0.25], draw: 0) == [0.75, 0.5, 0.75])
  }

  /// The share of new samples whose label is in the set, over many calibrations: the mean, and its
  /// standard error over the calibrations.
  private func coverage(
    _ scores: ConformalScores, randomised: Bool, byClass: Bool = false, level: Double = 0.1
  ) -> (mean: Double, error: Double) {
    let (runs, calibration, tested, classes) = (1000, 60, 20, 3)
    var draws = SimulationDraws(seed: 2024)
    var shares: [Double] = []
    for _ in 0..<runs {
      func score() -> (score: Double, label: Int) {
        let (probabilities, label) = draws.sample(classes: classes)
        let draw = randomised ? draws.uniform() : 1
        return (scores.values(probabilities, draw: draw)[label], label)
      }
      let known = (0..<calibration).map { _ in score() }
      let thresholds = (0..<classes).map { label in
        ConformalThreshold(
          known.filter { !byClass || $0.label == label }.map(\.score), level: level
        ).value
      }
      let covered = (0..<tested).count { _ in
        let new = score()
        return new.score <= thresholds[new.label]
      }
      shares.append(Double(covered) / Double(tested))
    }
    let interval = MeanInterval(of: shares)
    return (interval.mean, (interval.deviation ?? 0) / Double(runs).squareRoot())
  }

  @Test(
    "sets cover at least as often as asked for, over 1,000 calibrations",
    arguments: [
      (ConformalScores.Method.lac, false, false), (.aps, true, false), (.aps, false, false),
      (.raps(penalty: 0.05, rank: 1), true, false), (.lac, false, true), (.aps, true, true),
    ])
  func coverageHolds(method: ConformalScores.Method, randomised: Bool, byClass: Bool) {
    let (mean, error) = coverage(.init(method), randomised: randomised, byClass: byClass)
    #expect(mean > 0.9 - 3 * error, "\(method): \(mean)")
    // With continuous scores the coverage is at most 1 / (n + 1) above what is asked for.
    if method == .lac, !byClass { #expect(mean < 0.9 + 1.0 / 61 + 3 * error, "\(mean)") }
  }
}
