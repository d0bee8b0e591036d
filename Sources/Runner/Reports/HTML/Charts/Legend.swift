/// The names of the series above a chart, in as many lines as they need.
struct Legend {
  /// A series: its name, its colour, and how it is drawn.
  typealias Entry = (name: String, colour: Int, isDashed: Bool, mark: Chart.Mark)

  private static let (limit, line, swatch, gap) = (12, 15.0, 20.0, 14.0)

  /// The lines of entries.
  private let lines: [[(entry: Entry, x: Double)]]

  /// A legend for a drawing of a width; a single series needs none.
  init(_ entries: [Entry], width: Double) {
    var shown = entries.count > 1 ? Array(entries.prefix(Self.limit)) : []
    if entries.count > Self.limit {
      shown.append(("and \(entries.count - Self.limit) more", -1, false, .points))
    }
    var lines: [[(entry: Entry, x: Double)]] = []
    var x = Double.infinity
    for var entry in shown {
      entry.name = TextWidth.cut(entry.name, to: width - Self.swatch - 8)
      let wide = Self.swatch + TextWidth.of(entry.name)
      if x + wide > width - 4 {
        lines.append([])
        x = 4
      }
      lines[lines.count - 1].append((entry, x))
      x += wide + Self.gap
    }
    self.lines = lines
  }

  /// The height of the legend.
  var height: Double { Double(lines.count) * Self.line }

  /// The legend at the top of the drawing.
  var html: HTML {
    var html = HTML.empty
    for (row, line) in lines.enumerated() {
      let y = Double(row) * Self.line + 8
      for (entry, x) in line {
        html += swatch(entry, x: x, y: y)
        html +=
          "<text class=\"tick\" x=\"\(x + Self.swatch)\" y=\"\(y + 3.5)\">\(entry.name)</text>"
      }
    }
    return html
  }

  private func swatch(_ entry: Entry, x: Double, y: Double) -> HTML {
    guard entry.colour >= 0 else { return .empty }
    switch entry.mark {
    case .points:
      return "<circle class=\"fill s\(entry.colour)\" cx=\"\(x + 8)\" cy=\"\(y)\" r=\"3\"/>"
    case .bars:
      return """
        <rect class="fill s\(entry.colour)" x="\(x + 3)" y="\(y - 4)" width="10" height="8"/>
        """
    case .line, .steps, .band:
      let dash: HTML = entry.isDashed ? " dashed" : ""
      return """
        <line class="series s\(entry.colour)\(dash)" x1="\(x)" x2="\(x + 16)" y1="\(y)" y2="\(y)"/>
        """
    }
  }
}

/// The approximate width of text in a drawing, whose font is unknown here.
enum TextWidth {
  /// The mean width of a character of 10.5 units' height.
  private static let character = 5.7

  /// The width of a text.
  static func of(_ text: String) -> Double { Double(text.count) * character }

  /// A text that is cut off, with an ellipsis, to fit a width.
  static func cut(_ text: String, to width: Double) -> String {
    let count = max(1, Int(width / character))
    return text.count > count ? text.prefix(count - 1) + "…" : text
  }
}
