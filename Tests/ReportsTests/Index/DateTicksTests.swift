import Testing

@testable import Reports

struct DateTicksTests {
  @Test func stepFollowsTheSpan() {
    let day = 86_400.0
    let start = 1_795_132_800.0
    let hours = DateTicks.ticks(from: start, to: start + 4 * 3_600)
    #expect(hours.map(\.label) == ["00:00", "01:00", "02:00", "03:00", "04:00"])
    let weeks = DateTicks.ticks(from: start + 1, to: start + 8 * day)
    #expect((2...6).contains(weeks.count))
    #expect(weeks.allSatisfy { $0.label.count == 10 && $0.at > start })
    #expect((2...6).contains(DateTicks.ticks(from: 0, to: 50 * 365 * day).count))
  }

  @Test func damagedTimesGiveNoTicks() {
    #expect(DateTicks.ticks(from: 1, to: 1).isEmpty)
    #expect(DateTicks.ticks(from: 0, to: .nan).isEmpty)
    #expect(DateTicks.ticks(from: 0, to: .infinity).isEmpty)
    #expect(DateTicks.ticks(from: -1e300, to: 1e300).count < 20)
  }
}
