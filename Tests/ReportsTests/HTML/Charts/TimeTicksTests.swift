import Testing

@testable import Reports

struct TimeTicksTests {
  @Test(arguments: [0.002, 0.9, 7, 61, 1_500, 40_000, 2_000_000, 1e9])
  func ticksAreFewAndInside(_ span: Double) {
    let ticks = TimeTicks.ticks(upTo: span)
    #expect(ticks.first == 0)
    #expect((2...11).contains(ticks.count))
    #expect(ticks.allSatisfy { $0 <= span * 1.0001 })
    #expect(Set(ticks.map(TimeTicks.label)).count == ticks.count)
  }

  @Test func labelsAreRound() {
    #expect(TimeTicks.ticks(upTo: 400) == [0, 60, 120, 180, 240, 300, 360])
    let labels = [0, 0.02, 30, 300, 5_400, 7_200, 86_400, 129_600].map(TimeTicks.label)
    #expect(labels == ["0", "20 ms", "30 s", "5 min", "1 h 30", "2 h", "1 d", "1 d 12"])
    #expect(TimeTicks.ticks(upTo: .nan) == [0])
  }
}
