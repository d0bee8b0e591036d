/// A chart over two axes: lines, steps, points, bars or bands, with rules across it.
///
/// Every chart of every page is drawn by this type. Values that are not finite leave a gap; values outside
/// a range that was given are drawn at its edge.
struct Chart: Drawing {
  /// A value, with an interval if it has one.
  struct Point: Sendable, Hashable {
    var x: Double
    var y: Double
    var low: Double?
    var high: Double?
    /// What a pointer resting on the point shows.
    var about = ""
  }

  /// How the points of a series are drawn.
  enum Mark: Sendable, Hashable {
    case line, steps, points, bars
    /// A line through the values, on the area of their intervals.
    case band
  }

  /// Points that belong together.
  struct Series: Sendable, Hashable {
    var name: String
    /// The index of one of the six colours of the style sheet.
    var colour = 0
    var mark = Mark.line
    var isDashed = false
    /// The points in the order in which a line connects them.
    var points: [Point]
  }

  /// An axis; without a range it covers all values, without ticks it has round numbers.
  struct Axis: Sendable {
    var label = ""
    var range: ClosedRange<Double>?
    var ticks: [(at: Double, label: String)]?
  }

  /// A line across the chart: a threshold, a chosen epoch.
  struct Rule: Sendable, Hashable {
    enum Direction: Sendable, Hashable { case horizontal, vertical }
    var direction: Direction
    var at: Double
    var label = ""
  }

  /// What the chart shows, for readers who cannot see it.
  var title: String
  var x = Axis()
  var y = Axis()
  var series: [Series]
  var rules: [Rule] = []
  var size = (width: 340.0, height: 190.0)

  /// The range of all finite values of some series, with their intervals; `nil` without any.
  static func range(of series: [Series]) -> ClosedRange<Double>? {
    let values = series.flatMap(\.points).flatMap { [$0.y, $0.low ?? $0.y, $0.high ?? $0.y] }
    return Scale.range(of: values)
  }

  /// The series in words: their ends, so that a reader who cannot see the lines knows where they lead.
  var description: String {
    let lines = series.prefix(12).map { series in
      let values = series.points.filter { $0.x.isFinite && $0.y.isFinite }
      guard let first = values.first, let last = values.last else { return "\(series.name): empty" }
      let name = series.name.isEmpty ? "" : "\(series.name): "
      return name + "\(Display.count(values.count, "point")), from "
        + "\(Display.number(first.y)) at \(Display.number(first.x)) to "
        + "\(Display.number(last.y)) at \(Display.number(last.x))"
    }
    let marks = rules.filter { !$0.label.isEmpty }.map { "\($0.label) at \(Display.number($0.at))" }
    return (lines + marks).joined(separator: "; ")
  }

  /// The drawing, without the element around it.
  var body: HTML {
    let legend = Legend(
      series.filter { !$0.name.isEmpty }.map { ($0.name, $0.colour, $0.isDashed, $0.mark) },
      width: size.width)
    let frame = Frame(self, top: legend.height + 8)
    var body = legend.html
    body += frame.axes
    for (index, rule) in rules.enumerated() { body += frame.rule(rule, line: index) }
    for (index, line) in series.enumerated() {
      body += frame.marks(of: line, bar: barPlace(index))
    }
    return body
  }

  /// The place of a series among those with bars: its index and their number.
  private func barPlace(_ index: Int) -> (index: Int, count: Int) {
    let bars = series.indices.filter { series[$0].mark == .bars }
    return (bars.firstIndex(of: index) ?? 0, max(1, bars.count))
  }
}
