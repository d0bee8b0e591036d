internal import Foundation

/// A small line chart as inline SVG: values over steps, one line per series.
struct LineChart {
  /// A line: its name, and its points by step, in order; values need not be finite.
  struct Series: Sendable {
    var name: String
    /// The index of one of the six colours of the style sheet.
    var colour = 0
    var points: [(step: Double, value: Double)]
  }

  private static let (width, height) = (340.0, 190.0)
  private static let (left, right, top, bottom) = (46.0, 10.0, 10.0, 24.0)
  /// The approximate number of points above which a line is thinned.
  private static let pointLimit = 400

  let series: [Series]
  /// The range of values, shared by charts that stand side by side.
  let range: ClosedRange<Double>

  /// A step that is marked by a vertical line.
  let marked: Double?

  /// A chart of some lines over a range that contains their values.
  init(_ series: [Series], range: ClosedRange<Double>, marked: Double? = nil) {
    (self.series, self.range, self.marked) = (series, range, marked)
  }

  /// The range of all finite values of some lines; `nil` if there are none.
  static func range(of series: [Series]) -> ClosedRange<Double>? {
    let values = series.flatMap { $0.points.map(\.value) }.filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else { return nil }
    // A constant line runs through the middle, whatever its value: a rate may be 0.001.
    let pad = high > low ? 0 : high == 0 ? 0.5 : abs(high) * 0.1
    return (low - pad)...(high + pad)
  }

  /// Round numbers inside a range, about `count` of them.
  static func ticks(_ range: ClosedRange<Double>, count: Int = 4) -> [Double] {
    let span = range.upperBound - range.lowerBound
    guard span.isFinite, span > 0 else { return [range.lowerBound] }
    let rough = span / Double(count)
    let power = pow(10, floor(log10(rough)))
    let step = ([1, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.9999 } ?? 10) * power
    let first = (range.lowerBound / step).rounded(.up)
    let last = (range.upperBound / step).rounded(.down)
    guard first <= last, last - first < 50 else { return [range.lowerBound, range.upperBound] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  /// The chart as SVG.
  var svg: HTML {
    let steps = series.flatMap { $0.points.map(\.step) }
    let (first, last) = (steps.min() ?? 0, steps.max() ?? 1)
    let (inner, tall) = (
      Self.width - Self.left - Self.right, Self.height - Self.top - Self.bottom
    )
    func x(_ step: Double) -> Double {
      Self.left + (last > first ? (step - first) / (last - first) : 0.5) * inner
    }
    func y(_ value: Double) -> Double {
      let span = range.upperBound - range.lowerBound
      return Self.top + (1 - (value - range.lowerBound) / span) * tall
    }
    var body = HTML.empty
    for tick in Self.ticks(range) {
      body += """
        <line class="grid" x1="\(Self.left)" x2="\(Self.width - Self.right)" y1="\(y(tick))" y2="\(y(tick))"/>\
        <text class="tick" x="\(Self.left - 6)" y="\(y(tick) + 3.5)" text-anchor="end">\(Self.label(tick))</text>
        """
    }
    let wholeTicks = Self.ticks(first...max(last, first), count: 6).filter { $0 == $0.rounded() }
    for tick in wholeTicks {
      body += """
        <text class="tick" x="\(x(tick))" y="\(Self.height - 7)" text-anchor="middle">\(Self.label(tick))</text>
        """
    }
    if let marked, marked >= first, marked <= last {
      body += """
        <line class="mark" x1="\(x(marked))" x2="\(x(marked))" y1="\(Self.top)" \
        y2="\(Self.height - Self.bottom)"/>
        """
    }
    for line in series {
      for run in Self.runs(line.points) {
        let points = run.map { "\(HTML.coordinate(x($0.step))),\(HTML.coordinate(y($0.value)))" }
        body +=
          "<polyline class=\"series s\(line.colour)\" points=\"\(points.joined(separator: " "))\"/>"
      }
      if let end = line.points.last(where: { $0.value.isFinite }) {
        body +=
          "<circle class=\"end s\(line.colour)\" cx=\"\(x(end.step))\" cy=\"\(y(end.value))\" r=\"2.6\"/>"
      }
    }
    return """
      <svg class="chart" viewBox="0 0 \(Self.width) \(Self.height)" role="img">\(body)</svg>
      """
  }

  private static func label(_ tick: Double) -> String {
    abs(tick) >= 1e4 || tick != 0 && abs(tick) < 1e-3
      ? String(format: "%.1e", tick) : String(format: "%.4g", tick)
  }

  /// The runs of consecutive finite values, thinned to about `pointLimit` points each.
  private static func runs(
    _ points: [(step: Double, value: Double)]
  ) -> [[(step: Double, value: Double)]] {
    let stretches = points.split { !$0.value.isFinite || !$0.step.isFinite }
    return stretches.map { stretch in
      let stride = max(1, (stretch.count + pointLimit - 1) / pointLimit)
      guard stride > 1, let last = stretch.last else { return Array(stretch) }
      return Swift.stride(from: stretch.startIndex, to: stretch.endIndex, by: stride)
        .map { stretch[$0] } + [last]
    }
  }
}

extension HTML {
  /// A coordinate in a drawing, with one decimal.
  static func coordinate(_ value: Double) -> String {
    let html: HTML = "\(value)"
    return html.text
  }
}
