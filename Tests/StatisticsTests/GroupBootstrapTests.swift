import Testing

@testable import Statistics

@Suite struct GroupBootstrapTests {
  /// The mean of some values of groups, weighted.
  private func bootstrap(
    _ values: [Double], resamples: Int = 200, seed: UInt64 = 5
  ) -> GroupBootstrap {
    GroupBootstrap(
      groups: values.count, resamples: resamples, seed: seed,
      statistics: { weights in
        let sum = zip(weights, values).reduce(0) { $0 + Double($1.0) * $1.1 }
        return [sum / Double(values.count), weights[0] == 0 ? .nan : sum]
      },
      without: { left in
        let rest = values.reduce(0, +) - values[left]
        return [rest / Double(values.count - 1), rest]
      })
  }

  @Test("every resample draws as many groups as there are")
  func drawsAllGroups() {
    let ones = bootstrap([1, 1, 1, 1, 1])
    #expect(ones.resampled[0] == [Double](repeating: 1, count: 200))
    #expect(ones.interval(of: 0) == nil)
  }

  @Test("the interval is that of the resamples and the rests")
  func intervalFollows() throws {
    let values = [0.1, 0.4, 0.35, 0.8, 0.2, 0.55, 0.9, 0.3]
    let found = bootstrap(values)
    #expect(agrees(found.estimates[0], 0.45))
    #expect(found.jackknife[0].count == 8 && agrees(found.jackknife[0][3], 2.8 / 7))
    #expect(
      found.interval(of: 0, confidence: 0.9)
        == BootstrapInterval.accelerated(
          found.estimates[0], resampled: found.resampled[0], jackknife: found.jackknife[0],
          confidence: 0.9))
    let interval = try #require(found.interval(of: 0))
    #expect(interval.low > 0.25 && interval.low < 0.4 && interval.high > 0.5)
  }

  @Test("draws depend on the seed alone")
  func seeded() {
    let values = [0.1, 0.4, 0.35, 0.8]
    #expect(bootstrap(values).resampled[0] == bootstrap(values).resampled[0])
    #expect(bootstrap(values).resampled[0] != bootstrap(values, seed: 6).resampled[0])
    // More resamples begin with the same ones.
    #expect(
      Array(bootstrap(values, resamples: 300).resampled[0].prefix(200))
        == bootstrap(values).resampled[0])
  }

  @Test("a statistic that many resamples do not have has no interval")
  func undefined() {
    // About a third of the resamples lack the first group.
    #expect(bootstrap([0.1, 0.4, 0.35, 0.8]).interval(of: 1) == nil)
  }

  @Test("a single group and no resamples have no interval")
  func nothingToEstimateFrom() {
    #expect(bootstrap([0.5]).interval(of: 0) == nil)
    #expect(bootstrap([0.5, 0.7], resamples: 0).interval(of: 0) == nil)
    #expect(agrees(bootstrap([0.5, 0.7], resamples: 0).estimates[0], 0.6))
  }
}
