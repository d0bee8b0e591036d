/// Lines across parallel axes: one line per combination of settings, through its values and scores.
struct ParallelCoordinates: Drawing {
  /// An axis: its name, and its ticks between 0 (bottom) and 1.
  struct Axis: Sendable {
    let name: String
    let ticks: [(at: Double, label: String)]
  }

  /// A line: its place on each axis between 0 and 1, and how good it is in the same range.
  struct Line: Sendable, Hashable {
    let values: [Double?]
    let share: Double
    let about: String
  }

  private static let (top, bottom, side) = (26.0, 12.0, 50.0)

  let title: String
  let axes: [Axis]
  let lines: [Line]

  var size: (width: Double, height: Double) {
    (max(340, Double(axes.count) * 110), 230)
  }

  var description: String {
    let names = axes.map(\.name).joined(separator: ", ")
    let best = lines.max { $0.share < $1.share }.map { "; best: \($0.about)" } ?? ""
    return "\(Display.count(lines.count, "line")) through \(names)\(best)"
  }

  var body: HTML {
    let gap = (size.width - 2 * Self.side) / Double(max(1, axes.count - 1))
    func x(_ index: Int) -> Double { Self.side + Double(index) * gap }
    func y(_ value: Double) -> Double {
      let tall = size.height - Self.top - Self.bottom
      return Self.top + (1 - max(0, min(1, value.isFinite ? value : 0))) * tall
    }
    var body = HTML.empty
    // The best line is drawn last, above all others.
    let order = lines.sorted { $0.share < $1.share }
    for (index, line) in order.enumerated() {
      let points = line.values.enumerated().compactMap { place, value -> HTML? in
        value.map { "\(x(place)),\(y($0))" }
      }
      let style = index == order.count - 1 ? "way best" : "way"
      let opacity = Scale.label((15 + (line.share * 75).rounded()) / 100)
      body += """
        <polyline class="\(style)" stroke-opacity="\(opacity)" \
        points="\(points.map(\.text).joined(separator: " "))"><title>\(line.about)</title></polyline>
        """
    }
    for (index, axis) in axes.enumerated() {
      body += """
        <line class="base" x1="\(x(index))" x2="\(x(index))" y1="\(y(1))" y2="\(y(0))"/>\
        <text class="note" x="\(x(index))" y="12" text-anchor="middle">\
        \(TextWidth.cut(axis.name, to: gap))</text>
        """
      for tick in axis.ticks {
        body += """
          <text class="halo" x="\(x(index) + 5)" y="\(y(tick.at) + 3.5)">\
          \(TextWidth.cut(tick.label, to: gap - 12))</text>
          """
      }
    }
    return body
  }
}
