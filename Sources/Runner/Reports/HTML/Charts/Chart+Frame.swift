extension Chart {
  /// The plot of a chart: its scales, and what is drawn on them.
  struct Frame {
    /// The approximate number of points above which a line is thinned.
    static let pointLimit = 400
    /// The number of points up to which a line is drawn with all of them.
    static let simplifyLimit = 60

    private let chart: Chart
    let x: Scale
    let y: Scale
    private let xTicks: [(at: Double, label: String)]
    private let yTicks: [(at: Double, label: String)]

    private var left: Double { x.from }
    private var right: Double { x.to }
    private var top: Double { y.to }
    private var bottom: Double { y.from }

    /// The plot of a chart below its legend.
    init(_ chart: Chart, top: Double) {
      self.chart = chart
      let bars = chart.series.contains { $0.mark == .bars }
      var xs = chart.x.range ?? Scale.range(of: chart.series.flatMap(\.points).map(\.x)) ?? 0...1
      // Bars need room on both sides of their place.
      if bars, chart.x.range == nil { xs = (xs.lowerBound - 0.5)...(xs.upperBound + 0.5) }
      var ys = chart.y.range ?? Chart.range(of: chart.series) ?? 0...1
      // A bar begins at zero.
      if bars, chart.y.range == nil { ys = min(0, ys.lowerBound)...max(0, ys.upperBound) }
      yTicks = chart.y.ticks ?? Scale.ticks(ys).map { ($0, Scale.label($0)) }
      let widest = yTicks.map { TextWidth.of($0.label) }.max() ?? 0
      let left = min(chart.size.width / 2, max(30, widest + 10) + (chart.y.label.isEmpty ? 0 : 15))
      let bottom = chart.size.height - (chart.x.label.isEmpty ? 24 : 38)
      x = Scale(range: xs, from: left, to: chart.size.width - 10)
      y = Scale(range: ys, from: bottom, to: min(top, bottom - 20))
      xTicks =
        chart.x.ticks ?? Scale.ticks(xs, count: 6).map { ($0, Scale.label($0)) }
    }
  }
}

extension Chart.Frame {
  /// Grid lines, ticks and labels.
  var axes: HTML {
    var html = HTML.empty
    for tick in yTicks where y.range.contains(tick.at) {
      let place = y.place(tick.at)
      html += """
        <line class="grid" x1="\(left)" x2="\(right)" y1="\(place)" y2="\(place)"/>\
        <text class="tick" x="\(left - 6)" y="\(place + 3.5)" text-anchor="end">\
        \(TextWidth.cut(tick.label, to: left - 8))</text>
        """
    }
    let room = (right - left) / Double(max(1, xTicks.count))
    for tick in xTicks where x.range.contains(tick.at) {
      html += """
        <text class="tick" x="\(x.place(tick.at))" y="\(bottom + 15)" text-anchor="middle">\
        \(TextWidth.cut(tick.label, to: max(24, room)))</text>
        """
    }
    html +=
      "<line class=\"base\" x1=\"\(left)\" x2=\"\(right)\" y1=\"\(bottom)\" y2=\"\(bottom)\"/>"
    if !chart.x.label.isEmpty {
      html += """
        <text class="tick" x="\((left + right) / 2)" y="\(bottom + 30)" text-anchor="middle">\
        \(TextWidth.cut(chart.x.label, to: right - left))</text>
        """
    }
    if !chart.y.label.isEmpty {
      let middle = (top + bottom) / 2
      html += """
        <text class="tick" transform="translate(11 \(middle)) rotate(-90)" text-anchor="middle">\
        \(TextWidth.cut(chart.y.label, to: bottom - top + 20))</text>
        """
    }
    return html
  }

  /// A line across the plot, with its label at the end.
  ///
  /// `line` keeps the labels of vertical rules that are close together apart.
  func rule(_ rule: Chart.Rule, line: Int) -> HTML {
    switch rule.direction {
    case .vertical:
      guard x.range.contains(rule.at) else { return .empty }
      let place = x.place(rule.at)
      // The label stands on the side that has more room.
      let isLeft = place > (left + right) / 2
      return """
        <line class="mark" x1="\(place)" x2="\(place)" y1="\(top)" y2="\(bottom)"/>\
        <text class="note" x="\(place + (isLeft ? -4 : 4))" y="\(top + 8 + Double(line % 4) * 11)" \
        text-anchor="\(isLeft ? "end" : "start")">\(rule.label)</text>
        """
    case .horizontal:
      guard y.range.contains(rule.at) else { return .empty }
      let place = y.place(rule.at)
      return """
        <line class="mark" x1="\(left)" x2="\(right)" y1="\(place)" y2="\(place)"/>\
        <text class="note" x="\(right)" y="\(place > top + 14 ? place - 4 : place + 11)" \
        text-anchor="end">\(rule.label)</text>
        """
    }
  }
}
