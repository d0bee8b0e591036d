internal import Foundation
internal import Store

/// The stages as a graph: boxes with the number of their cells by status, and their time.
enum GraphSection: ReportSection {
  static let (id, title) = ("stages", "Stages")

  /// What is drawn for a stage.
  private struct Room {
    let name: String
    let kind: String
    let counts: [(status: String, count: Int)]
    let total: Int
    let seconds: Double
  }

  static func body(_ context: ReportContext) -> HTML? {
    let facts = context.facts
    guard !facts.graph.stages.isEmpty else { return nil }
    let byCell = Dictionary(facts.cells.map { ($0.row.cell, $0.row) }) { first, _ in first }
    let rooms = facts.graph.stages.map { stage in
      let rows = stage.cells.compactMap { byCell[$0] }
      var counts = StageStatus.allCases.map { status in
        (status: status.rawValue, count: rows.count { $0.status == status })
      }
      counts.append((status: "pending", count: stage.cells.count - rows.count))
      return Room(
        name: stage.name, kind: rows.first?.kind ?? "", counts: counts.filter { $0.count > 0 },
        total: stage.cells.count, seconds: rows.reduce(0) { $0 + $1.seconds })
    }
    let layout = GraphLayout(count: rooms.count, edges: facts.graph.edges)
    var drawing = HTML(layout.segments.map(edge))
    for (room, corner) in zip(rooms, layout.rooms) { drawing += draw(room, corner) }
    let used = Set(rooms.flatMap { $0.counts.map(\.status) })
    let legend = (StageStatus.allCases.map(\.rawValue) + ["pending"]).filter(used.contains)
    return """
      <div class="legend">\(HTML(
        legend.map { "<span><i class=\"dot \($0)\"></i>\($0 == "pending" ? "not reached" : $0)</span>" }))</div>
      <div class="graph"><svg viewBox="0 0 \(layout.width) \(layout.height)" \
      style="width:100%;max-width:\(layout.width)px;min-width:\(layout.width * 0.68)px" role="img">
      \(drawing)</svg></div>
      """
  }

  private static func edge(_ segment: GraphLayout.Segment) -> HTML {
    let (a, b) = (segment.from, segment.to)
    if segment.straight { return "<path class=\"edge\" d=\"M\(a.x) \(a.y)H\(b.x)\"/>" }
    let tip = segment.arrives ? b.x - 5 : b.x
    let middle = (a.x + tip) / 2
    let arrow: HTML =
      segment.arrives
      ? "<path class=\"arrow\" d=\"M\(b.x) \(b.y)l-7 -3.5v7z\"/>" : .empty
    return """
      <path class="edge" d="M\(a.x) \(a.y)C\(middle) \(a.y) \(middle) \(b.y) \(tip) \(b.y)"/>\(arrow)
      """
  }

  private static func draw(_ room: Room, _ corner: GraphLayout.Point) -> HTML {
    let (x, y) = (corner.x, corner.y)
    let (width, height) = (GraphLayout.roomWidth, GraphLayout.roomHeight)
    let inner = width - 20
    var bar = HTML.empty
    var done = 0
    for (status, count) in room.counts {
      let start = inner * Double(done) / Double(max(1, room.total))
      let length = inner * Double(count) / Double(max(1, room.total))
      done += count
      bar += """
        <rect class="f-\(status)" x="\(x + 10 + start)" y="\(y + height - 11)" \
        width="\(length)" height="4"/>
        """
    }
    let words = room.counts.map {
      "\($0.count) \($0.status == "pending" ? "not reached" : $0.status)"
    }
    let note =
      Display.count(room.total, "cell")
      + (room.seconds > 0 ? " · " + short(room.seconds) : "")
    let isBad = room.counts.contains { $0.status == "failed" }
    return """
      <g class="room\(isBad ? " bad" : "")"><title>\(room.name) (\(room.kind)): \
      \(words.joined(separator: ", "))</title>
      <rect class="wall" x="\(x)" y="\(y)" width="\(width)" height="\(height)" rx="9"/>
      <text class="name" x="\(x + 10)" y="\(y + 19)">\(fitted(room.name, 16))</text>
      <text class="note" x="\(x + 10)" y="\(y + 34)">\(fitted(room.kind, 19))</text>
      <text class="note" x="\(x + 10)" y="\(y + 49)">\(fitted(note, 20))</text>\(bar)</g>
      """
  }

  /// A duration without seconds if it has minutes, since boxes are narrow.
  private static func short(_ seconds: Double) -> String {
    let text = Display.seconds(seconds)
    guard let end = text.range(of: " min ") else { return text }
    return text.hasSuffix(" s") ? text[..<end.lowerBound] + " min" : text
  }

  private static func fitted(_ text: String, _ limit: Int) -> String {
    text.count <= limit ? text : text.prefix(limit - 1) + "…"
  }
}
