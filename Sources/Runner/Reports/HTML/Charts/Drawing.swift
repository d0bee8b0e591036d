/// A drawing in SVG: a chart, a heat map or parallel coordinates.
///
/// On a page the style sheet of the page colours it; as a file of its own it carries the same rules with
/// the light colours filled in, because programs that make papers do not know CSS variables.
protocol Drawing: Sendable {
  /// What the drawing shows, for readers who cannot see it.
  var title: String { get }
  /// What can be read off the drawing, for the same readers.
  var description: String { get }
  /// The size in units of the drawing; text is 10.5 units high.
  var size: (width: Double, height: Double) { get }
  /// The drawing, without the element around it.
  var body: HTML { get }
}

extension Drawing {
  /// The drawing inside a page.
  var svg: HTML {
    """
    <svg class="chart" viewBox="0 0 \(size.width) \(size.height)" role="img" aria-label="\(title)" \
    style="min-width:\(size.width * 0.75)px;max-width:\(size.width * 1.3)px">\
    <title>\(title)</title><desc>\(description)</desc>\(body)</svg>
    """
  }

  /// The drawing as a file of its own, for a paper: 340 units are 85 mm, the width of a column.
  var standalone: String {
    let file: HTML = """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" class="chart" width="\(size.width / 4)mm" \
      height="\(size.height / 4)mm" viewBox="0 0 \(size.width) \(size.height)" role="img">
      <title>\(title)</title>
      <desc>\(description)</desc>
      <style>
      \(ChartStyle.light)
      </style>
      <rect class="paper" width="\(size.width)" height="\(size.height)"/>
      \(body)
      </svg>

      """
    // XML refuses these two, which HTML allows.
    return String(
      String.UnicodeScalarView(
        file.text.unicodeScalars.map { $0 == "\u{FFFE}" || $0 == "\u{FFFF}" ? "\u{FFFD}" : $0 }))
  }
}
