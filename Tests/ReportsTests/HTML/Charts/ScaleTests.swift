import Testing

@testable import Reports

struct ScaleTests {
  @Test(arguments: [
    (0.0...1.0, [0, 0.25, 0.5, 0.75, 1]), (0.0...20.0, [0, 5, 10, 15, 20]),
    (3.0...3.0, [3]), (-2.0...2.0, [-2, -1, 0, 1, 2]),
    (1e300...1e300.nextUp, [1e300]),
  ])
  func ticksAreRoundNumbers(range: ClosedRange<Double>, ticks: [Double]) {
    #expect(Scale.ticks(range) == ticks)
  }

  @Test func aConstantHasARange() {
    #expect(Scale.range(of: [2]) == 1.8...2.2)
    #expect(Scale.range(of: [0.001]) == 0.0009...0.0011)
    #expect(Scale.range(of: [.nan, .infinity]) == nil)
    let most = Double.greatestFiniteMagnitude
    #expect(Scale.range(of: [most]) == most...most)
  }

  @Test func placesValuesBetweenItsEnds() {
    let scale = Scale(range: 0...10, from: 100, to: 0)
    #expect(scale.place(5) == 50)
    #expect(scale.place(20) == 0)
    #expect(scale.place(-1) == 100)
    #expect(Scale(range: 3...3, from: 0, to: 10).place(3) == 5)
  }
}
