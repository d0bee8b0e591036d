import Testing

@testable import Reports

struct DurationTicksTests {
  @Test(arguments: [0.002, 0.9, 3.8, 7, 61, 1_500, 40_000, 2_000_000, 1e9])
  func ticksAreFewAndInside(_ span: Double) {
    let ticks = DurationTicks.ticks(upTo: span)
    #expect(ticks.first == 0)
    #expect((2...11).contains(ticks.count))
    #expect(ticks.allSatisfy { $0 <= span * 1.0001 })
    #expect(Set(ticks.map(DurationTicks.label)).count == ticks.count)
  }

  @Test func labelsAreRound() {
    #expect(DurationTicks.ticks(upTo: 400) == [0, 60, 120, 180, 240, 300, 360])
    let labels = [0, 0.02, 1.5, 30, 300, 5_400, 7_200, 86_400, 129_600].map(DurationTicks.label)
    #expect(labels == ["0", "20 ms", "1.5 s", "30 s", "5 min", "1 h 30", "2 h", "1 d", "1 d 12 h"])
    #expect(DurationTicks.ticks(upTo: .nan) == [0])
  }
}
