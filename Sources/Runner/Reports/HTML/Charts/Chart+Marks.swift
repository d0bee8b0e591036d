extension Chart.Frame {
  /// The points of a series as its mark says; `bar` is its place among the series with bars.
  func marks(of series: Chart.Series, bar: (index: Int, count: Int)) -> HTML {
    let colour = series.colour
    switch series.mark {
    case .points:
      return HTML(
        finite(series.points).map { point -> HTML in
          let dot = dot(point, "fill s\(colour)", radius: 2.8)
          return "\(whisker(point, colour, at: x.place(point.x)))\(dot)"
        })
    case .bars: return bars(series, bar)
    case .line, .steps, .band:
      var html = HTML.empty
      let isDashed = series.isDashed
      for run in runs(series.points) {
        if series.mark == .band { html += area(run, colour) }
        let path = series.mark == .steps ? steps(run) : run.map(place)
        html += """
          <polyline class="series s\(colour)\(isDashed ? " dashed" : "")" points="\(list(path))"/>
          """
        if series.mark != .band { html += HTML(run.map { whisker($0, colour, at: x.place($0.x)) }) }
        html += HTML(run.filter { !$0.about.isEmpty }.map { dot($0, "hover", radius: 5) })
        // A line of one point would not be seen.
        if run.count == 1 { html += dot(run[0], "fill s\(colour)", radius: 2.6) }
      }
      return html
    }
  }

  private func place(_ point: Chart.Point) -> (x: Double, y: Double) {
    (x.place(point.x), y.place(point.y))
  }

  private func finite(_ points: [Chart.Point]) -> [Chart.Point] {
    points.filter { $0.x.isFinite && $0.y.isFinite }
  }

  private func list(_ places: [(x: Double, y: Double)]) -> HTML {
    let pairs = places.map { place -> HTML in "\(place.x),\(place.y)" }
    return "\(pairs.map(\.text).joined(separator: " "))"
  }

  private func dot(_ point: Chart.Point, _ style: String, radius: Double) -> HTML {
    let place = place(point)
    let about: HTML = point.about.isEmpty ? .empty : "<title>\(point.about)</title>"
    return """
      <circle class="\(style)" cx="\(place.x)" cy="\(place.y)" r="\(radius)">\(about)</circle>
      """
  }

  /// The interval of a point as a vertical line.
  private func whisker(_ point: Chart.Point, _ colour: Int?, at place: Double) -> HTML {
    guard let low = point.low, let high = point.high, low.isFinite, high.isFinite else {
      return .empty
    }
    let style = colour.map { "whisker s\($0)" } ?? "whisker"
    return """
      <line class="\(style)" x1="\(place)" x2="\(place)" y1="\(y.place(low))" \
      y2="\(y.place(high))"/>
      """
  }

  private func bars(_ series: Chart.Series, _ bar: (index: Int, count: Int)) -> HTML {
    let points = finite(series.points)
    // Bars are one apart, unless more of them than fit are given.
    let group = abs(x.place(x.range.lowerBound + 1) - x.place(x.range.lowerBound)) * 0.76
    let wide = max(1, group / Double(bar.count))
    let zero = y.place(0)
    return HTML(
      points.map { point -> HTML in
        let place = place(point)
        let left = place.x - wide * Double(bar.count) / 2 + wide * Double(bar.index)
        let about: HTML = point.about.isEmpty ? .empty : "<title>\(point.about)</title>"
        return """
          <rect class="fill s\(series.colour)" x="\(left)" y="\(min(zero, place.y))" \
          width="\(max(1, wide - 1))" height="\(abs(zero - place.y))">\(about)</rect>\
          \(whisker(point, nil, at: left + wide / 2))
          """
      })
  }

  /// The corners of a line that keeps each value until the next one.
  private func steps(_ run: [Chart.Point]) -> [(x: Double, y: Double)] {
    var path: [(x: Double, y: Double)] = []
    for place in run.map(place) {
      if let last = path.last { path.append((place.x, last.y)) }
      path.append(place)
    }
    return path
  }

  private func area(_ run: [Chart.Point], _ colour: Int) -> HTML {
    let edges = run.filter { ($0.low ?? .nan).isFinite && ($0.high ?? .nan).isFinite }
    guard edges.count > 1 else { return .empty }
    let low = edges.map { (x: x.place($0.x), y: y.place($0.low ?? $0.y)) }
    let high = edges.reversed().map { (x: x.place($0.x), y: y.place($0.high ?? $0.y)) }
    return "<polygon class=\"area s\(colour)\" points=\"\(list(low + high))\"/>"
  }

  /// The runs of consecutive finite values, thinned to about `pointLimit` points each.
  private func runs(_ points: [Chart.Point]) -> [[Chart.Point]] {
    let stretches = points.split { !$0.y.isFinite || !$0.x.isFinite }
    return stretches.map { stretch in
      let all = Array(stretch)
      guard all.count > Self.simplifyLimit else { return all }
      // Of a curve of many steps the corners are enough; what is still long is thinned evenly.
      let some = Self.thinned(all, to: 10 * Self.pointLimit)
      let corners = PathSimplification.kept(some.map(place)).map { some[$0] }
      return Self.thinned(corners, to: Self.pointLimit)
    }
  }

  /// Every so many-th of some points, and the last.
  private static func thinned(_ points: [Chart.Point], to limit: Int) -> [Chart.Point] {
    let stride = max(1, (points.count + limit - 1) / limit)
    guard stride > 1, let last = points.last else { return points }
    return Swift.stride(from: 0, to: points.count, by: stride).map { points[$0] } + [last]
  }
}
