internal import Foundation

/// The figure of Demsar (2006): mean ranks on an axis, and bars that join values among which no
/// difference was shown.
///
/// A drawing of its own, in the colour of the text around it, so that it fits a dark page too.
struct CriticalDifferenceDiagram: Sendable {
  private static let (width, side, line, axisTop) = (720.0, 190.0, 20.0, 64.0)

  /// The axis whose values are ranked.
  let axis: String
  /// The metrics, one panel each.
  let metrics: [RankedMetric]

  /// The figure as an SVG document.
  var svg: String {
    var body = ""
    var top = 0.0
    for metric in metrics {
      let (panel, height) = panel(metric)
      body += "<g transform=\"translate(0 \(Self.number(top)))\">\n\(panel)</g>\n"
      top += height
    }
    let title = "Mean ranks of \(axis) by " + metrics.map(\.name).joined(separator: ", ")
    // As an image of its own, currentColor is black; the style makes it light on a dark page.
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.number(Self.width)) \
      \(Self.number(top))" width="\(Self.number(Self.width))" height="\(Self.number(top))" \
      role="img" fill="none" stroke="currentColor" font-family="system-ui, sans-serif" \
      font-size="13">
      <title>\(Self.escaped(title))</title>
      <style>
      :root { color: #1b1b1b }
      @media (prefers-color-scheme: dark) { :root { color: #e8e8e8 } }
      text { fill: currentColor; stroke: none }
      .small { font-size: 11px }
      .bar { stroke-width: 4; stroke-linecap: round }
      </style>
      \(body)</svg>

      """
  }

  /// The panel of a metric, and its height.
  private func panel(_ metric: RankedMetric) -> (svg: String, height: Double) {
    let entries = metric.entries
    let last = Double(max(2, entries.count))
    let inner = Self.width - 2 * Self.side
    func x(_ rank: Double) -> Double { Self.side + (rank - 1) / (last - 1) * inner }
    var svg = Self.text(metric.name, Self.width / 2, 16, anchor: "middle", weight: "bold")
    svg += Self.text(summary(of: metric), Self.width / 2, 32, anchor: "middle", class: "small")
    svg += Self.line(x(1), Self.axisTop, x(last), Self.axisTop)
    for rank in 1...Int(last) {
      svg += Self.line(x(Double(rank)), Self.axisTop - 6, x(Double(rank)), Self.axisTop)
      svg += Self.text(
        String(rank), x(Double(rank)), Self.axisTop - 10, anchor: "middle", class: "small")
    }
    let ties = metric.ties
    for (place, run) in ties.enumerated() {
      let y = Self.axisTop + 10 + 8 * Double(place)
      let (low, high) = (entries[run.lowerBound].rank, entries[run.upperBound].rank)
      svg += Self.line(x(low) - 4, y, x(high) + 4, y, class: "bar")
    }
    let names = Self.axisTop + 10 + 8 * Double(ties.count) + Self.line
    // The better half is named on the left, from the top; the other half on the right, from below.
    let left = (entries.count + 1) / 2
    for (place, entry) in entries.enumerated() {
      let isLeft = place < left
      let row = isLeft ? place : entries.count - 1 - place
      let y = names + Self.line * Double(row)
      let edge = isLeft ? Self.side - 12 : Self.width - Self.side + 12
      let at = x(entry.rank)
      svg += Self.line(at, Self.axisTop, at, y)
      svg += Self.line(at, y, edge, y)
      let rank = String(format: "%.2f", entry.rank)
      let label = isLeft ? "\(entry.value) (\(rank))" : "(\(rank)) \(entry.value)"
      svg += Self.text(
        label, isLeft ? edge - 5 : edge + 5, y + 4, anchor: isLeft ? "end" : "start")
    }
    return (svg, names + Self.line * Double(left) + 12)
  }

  /// What was tested, in a line.
  private func summary(of metric: RankedMetric) -> String {
    let blocks = metric.blocks == 1 ? "1 block" : "\(metric.blocks) blocks"
    guard let p = metric.pValue else { return "\(blocks): not tested" }
    let critical = metric.criticalDifference.map {
      String(format: ", critical difference %.2f", $0)
    }
    return "\(blocks), Friedman's p \(String(format: "%.2g", p))" + (critical ?? "")
      + "; bars join values of which no difference was shown"
  }

  // MARK: Elements

  private static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String? = nil
  ) -> String {
    let style = name.map { " class=\"\($0)\"" } ?? ""
    return """
      <line\(style) x1="\(number(x1))" y1="\(number(y1))" x2="\(number(x2))" y2="\(number(y2))"/>

      """
  }

  private static func text(
    _ text: String, _ x: Double, _ y: Double, anchor: String, class name: String? = nil,
    weight: String? = nil
  ) -> String {
    let style =
      (name.map { " class=\"\($0)\"" } ?? "") + (weight.map { " font-weight=\"\($0)\"" } ?? "")
    return """
      <text\(style) x="\(number(x))" y="\(number(y))" text-anchor="\(anchor)">\(escaped(text))</text>

      """
  }

  /// A coordinate with two decimals.
  private static func number(_ value: Double) -> String { decimal(value, 2) }

  /// Text as the content of an element; characters that XML does not allow are replaced.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case _ where scalar.value < 0x20 || scalar.value & 0xFFFE == 0xFFFE: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
