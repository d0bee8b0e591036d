internal import Store

/// When each cell ran, and the memory in use.
enum TimeLineSection: ReportSection {
  static let (id, title) = ("time-line", "Time line")

  static func body(_ context: ReportContext) -> HTML? {
    let line = TimeLine(context.facts, parts: Int(TimeLineDrawing.plot))
    guard line.count > 0 else { return nil }
    let drawing = TimeLineDrawing(line)
    let figure = Figure(drawing, name: "time-line", caption: drawing.caption)
    return """
      <div class="timeline" role="group" aria-label="time line" tabindex="0">\(figure.html)</div>
      """
  }
}
