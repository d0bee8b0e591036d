import Testing

@testable import Reports

struct LineChartTests {
  @Test(arguments: [
    (0.0...1.0, [0, 0.25, 0.5, 0.75, 1]), (0.0...20.0, [0, 5, 10, 15, 20]),
    (3.0...3.0, [3]), (-2.0...2.0, [-2, -1, 0, 1, 2]),
  ])
  func ticksAreRoundNumbers(range: ClosedRange<Double>, ticks: [Double]) {
    #expect(LineChart.ticks(range) == ticks)
  }

  @Test func leavesAGapForNaN() {
    let series = LineChart.Series(
      name: "loss", points: [(0, 3), (1, 2), (2, .nan), (3, 1), (4, 0.5)])
    let range = LineChart.range(of: [series])
    #expect(range == 0.5...3)
    let svg = LineChart([series], range: 0.5...3).svg.text
    #expect(svg.ranges(of: "<polyline").count == 2)
    #expect(!svg.contains("nan"))
  }

  @Test func thinsLongHistories() {
    let points = (0..<100_000).map { (step: Double($0), value: Double($0 % 7)) }
    let svg = LineChart([.init(name: "x", points: points)], range: 0...6).svg.text
    #expect(svg.utf8.count < 20_000)
  }

  @Test func constantSeriesHasARange() {
    let range = LineChart.range(of: [.init(name: "x", points: [(0, 2)])])
    #expect(range == 1.8...2.2)
    let small = LineChart.range(of: [.init(name: "rate", points: [(0, 0.001)])])
    #expect(small == 0.0009...0.0011)
    #expect(LineChart.range(of: [.init(name: "x", points: [(0, .nan)])]) == nil)
  }
}
