/// The axes of a run: heat maps of the headline metrics, and parallel coordinates.
enum GridSection: ReportSection {
  static let (id, title) = ("grid", "Grid")
  private static let limit = 16

  static func body(_ context: ReportContext) -> HTML? {
    let list = GridFigures.figures(context.facts, context.reader, limit: limit)
    guard !list.figures.isEmpty else { return nil }
    let maps = list.figures.filter { $0.drawing is HeatMap }.map { figure -> HTML in
      "<div class=\"card\" data-label=\"\(figure.drawing.title)\">\(figure.html)</div>"
    }
    let choice: HTML =
      maps.isEmpty
      ? .empty : "<div class=\"stack\" data-choice=\"Shown\">\(HTML(maps))</div>"
    let ways = list.figures.filter { !($0.drawing is HeatMap) }.map(\.card)
    return "\(choice)<div class=\"stack\">\(HTML(ways))</div>\(list.rest)"
  }
}
