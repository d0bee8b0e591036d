internal import Store

/// The warnings of stages, with equal ones grouped.
enum WarningsSection: ReportSection {
  static let (id, title) = ("warnings", "Warnings")
  private static let limit = 100

  static func body(_ context: ReportContext) -> HTML? {
    let events = context.facts.events("warning")
    guard !events.isEmpty else { return nil }
    var order: [String] = []
    var cells: [String: [String]] = [:]
    for event in events {
      if cells[event.text] == nil { order.append(event.text) }
      cells[event.text, default: []].append(event.subject)
    }
    let (shown, rest) = cut(order, to: limit, "warning", see: "'assay show'")
    let items = shown.map { text -> HTML in
      let all = cells[text] ?? []
      let more = all.count > 1 ? " and \(Display.count(all.count - 1, "other cell"))" : ""
      return "<li>\(text) <span class=\"soft\">(\(all.first ?? "")\(more))</span></li>"
    }
    return "<ul>\(HTML(items))</ul>\(rest)"
  }
}
