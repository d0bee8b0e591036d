import Testing

@testable import Reports

struct ChartTests {
  @Test func coversAllFiniteValuesAndIntervals() {
    let series = Chart.Series(
      name: "loss",
      points: [.init(x: 0, y: 3), .init(x: 1, y: 2, low: 0.5, high: 4), .init(x: 2, y: .nan)])
    #expect(Chart.range(of: [series]) == 0.5...4)
    #expect(Chart.range(of: [.init(name: "x", points: [.init(x: 0, y: .nan)])]) == nil)
  }

  @Test func leavesAGapForNaN() {
    let values = [3, 2, Double.nan, 1, 0.5]
    let svg = chart(values).svg.text
    #expect(svg.ranges(of: "<polyline").count == 2)
    #expect(!svg.contains("nan"))
  }

  @Test func thinsLongHistories() {
    #expect(chart((0..<100_000).map { Double($0 % 7) }).svg.text.utf8.count < 20_000)
  }

  @Test func survivesAnyNumber() {
    let most = Double.greatestFiniteMagnitude
    let values = [most, -most, .infinity, .leastNonzeroMagnitude]
    for mark in [Chart.Mark.line, .steps, .points, .bars, .band] {
      var chart = chart(values)
      chart.series[0].mark = mark
      chart.series[0].points[0].low = -.infinity
      chart.series[0].points[1].x = .greatestFiniteMagnitude
      #expect(chart.standalone.contains("</svg>"))
    }
    #expect(Chart(title: "empty", series: []).svg.text.contains("<svg"))
  }

  @Test func valuesOutsideTheRangeAreDrawnAtItsEdge() {
    var chart = chart([0.5, 7])
    chart.y.range = 0...1
    let inside = self.chart([0.5, 1], range: 0...1)
    #expect(lines(chart) == lines(inside))
  }

  @Test func escapesNames() {
    var chart = chart([1, 2])
    chart.title = "<script>"
    chart.series[0].name = "<b>"
    chart.series.append(chart.series[0])
    chart.rules = [.init(direction: .vertical, at: 1, label: "</svg>")]
    chart.x.label = "a & b"
    let svg = chart.svg.text
    #expect(!svg.contains("<script") && !svg.contains("<b>"))
    #expect(svg.ranges(of: "</svg>").count == 1)
    #expect(svg.contains("a &amp; b"))
  }

  @Test func describesItsEnds() {
    let text = chart([1, 0.25]).description
    #expect(text == "loss: 2 points, from 1 at 1 to 0.2500 at 2")
  }

  @Test func aSingleSeriesHasNoLegend() {
    var chart = chart([1, 2])
    #expect(!chart.svg.text.contains(">loss</text>"))
    chart.series.append(Chart.Series(name: "other", points: chart.series[0].points))
    #expect(chart.svg.text.contains(">loss</text>"))
  }

  @Test func barsBeginAtZero() {
    var chart = chart([4, 8])
    chart.series[0].mark = .bars
    let heights = chart.svg.text.matches(of: /height="([0-9.]+)">/).compactMap { Double($0.1) }
    #expect(heights.count == 2)
    #expect(abs(heights[1] - 2 * heights[0]) < 0.2)
  }

  private func chart(_ values: [Double], range: ClosedRange<Double>? = nil) -> Chart {
    let points = zip(1..., values).map { Chart.Point(x: Double($0), y: $1) }
    return Chart(
      title: "loss", y: .init(range: range), series: [.init(name: "loss", points: points)])
  }

  private func lines(_ chart: Chart) -> [Substring] {
    chart.svg.text.matches(of: /<polyline [^>]*>/).map(\.output)
  }
}
