import Testing

@testable import assay

/// The time left of a running cell, from made-up progress.
@Suite struct TimeLeftTests {
  /// Epochs of 30: the first takes `first` seconds, others one each; four reports per epoch.
  private func epochs(_ count: Int, first: Double, usual: Double? = nil) -> (TimeLeft, Double) {
    var time = TimeLeft(usual: usual)
    var now = 0.0
    for step in 1...(4 * count) {
      now += step <= 4 ? first / 4 : 0.25
      let share = Double(step % 4) / 4
      time.add(Double(step / 4) + share, of: 30, hasParts: share > 0, at: now)
    }
    return (time, now)
  }

  @Test func firstEpochDoesNotCount() throws {
    // It reads the data and fills the memo: 12 s instead of 1 s.
    let (time, now) = epochs(4, first: 12)
    let left = try #require(time.left(at: now))
    #expect(abs(left - 26) < 1)
  }

  @Test func nothingIsKnownInTheFirstEpoch() {
    let (time, now) = epochs(1, first: 12)
    #expect(time.left(at: now) == nil)
  }

  @Test func usualTimeCountsUntilThereIsARate() throws {
    let (early, start) = epochs(1, first: 12, usual: 40)
    #expect(try #require(early.left(at: start)) == 28)
    // Half way, only the own rate counts.
    let (late, now) = epochs(16, first: 12, usual: 4000)
    #expect(abs(try #require(late.left(at: now)) - 14) < 1)
  }

  @Test func startUpOfUnitsWithoutPartsDoesNotCount() throws {
    var time = TimeLeft(usual: nil)
    // 20 s until the first report, then 100 images per second.
    for step in 0...50 {
      time.add(Double(10 * step), of: 1000, hasParts: false, at: 20 + Double(step) / 10)
    }
    #expect(abs(try #require(time.left(at: 25)) - 5) < 0.1)
    #expect(abs(try #require(time.left(at: 26)) - 4) < 0.1)
  }

  @Test func anotherPhaseStartsAgain() {
    var time = TimeLeft(usual: nil)
    for step in 0...50 { time.add(Double(step), of: 50, hasParts: false, at: Double(step)) }
    time.add(0, of: 1000, hasParts: false, at: 51)
    #expect(time.left(at: 51) == nil)
  }

  @Test func recentRateCounts() throws {
    var time = TimeLeft(usual: nil)
    for step in 0...20 { time.add(Double(step), of: 200, hasParts: false, at: Double(step) * 10) }
    for step in 1...150 {
      time.add(20 + Double(step), of: 200, hasParts: false, at: 200 + Double(step))
    }
    #expect(abs(try #require(time.left(at: 350)) - 30) < 2)
  }

  @Test func stopsAtZero() throws {
    var time = TimeLeft(usual: 10)
    #expect(time.left(at: 20) == nil)
    for step in 0...10 { time.add(Double(step), of: 10, hasParts: false, at: Double(step)) }
    #expect(try #require(time.left(at: 1000)) == 0)
  }
}
