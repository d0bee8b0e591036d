import Testing

@testable import Statistics

@Suite struct RiskControlTests {
  @Test("the threshold is the largest safe one of a search over all candidates")
  func agreesWithASearch() throws {
    for reference in try CalibrationNumbers.load().risk {
      let control = RiskControl(positives: reference.shares, level: reference.level)
      #expect(control.threshold == reference.threshold)
      let misses = reference.shares.count { !control.flags($0) }
      if control.threshold > 0 {
        #expect(RiskControl.bound(misses: misses, of: reference.shares.count) <= reference.level)
      }
    }
  }

  @Test("too few positive samples flag everything")
  func tooFew() {
    #expect(RiskControl.fewest(for: 0.1) == 9)
    let few = RiskControl(positives: [Double](repeating: 0.9, count: 8), level: 0.1)
    #expect(few.threshold == 0 && few.flags(0))
    let enough = RiskControl(positives: [Double](repeating: 0.9, count: 9), level: 0.1)
    #expect(enough.threshold == 0.9 && !enough.flags(0.8) && enough.flags(0.9))
    #expect(RiskControl(positives: [], level: 0.1).threshold == 0)
  }

  @Test("the mean rate of false negatives is at most the level, over 1,000 calibrations")
  func rateHolds() {
    var draws = SimulationDraws(seed: 7)
    for level in [0.1, 0.2] {
      var rates: [Double] = []
      for _ in 0..<1000 {
        func positive() -> Double {
          while true {
            let (probabilities, label) = draws.sample(classes: 3)
            if label > 0 { return probabilities[1] + probabilities[2] }
          }
        }
        let control = RiskControl(positives: (0..<40).map { _ in positive() }, level: level)
        rates.append(Double((0..<20).count { _ in !control.flags(positive()) }) / 20)
      }
      let interval = MeanInterval(of: rates)
      let error = (interval.deviation ?? 0) / Double(rates.count).squareRoot()
      #expect(interval.mean < level + 3 * error, "\(interval.mean)")
      // The bound is tight: at most 1 / (n + 1) is given away, and as much by rounding down.
      #expect(interval.mean > level - 2.0 / 41 - 3 * error, "\(interval.mean)")
    }
  }
}
