internal import Foundation
internal import PipelineDSL
internal import Store

/// The stages as a graph: boxes with their cells by status, and their time.
///
/// Each box is a link to the panel of its stage.
enum GraphSection: ReportSection {
  static let (id, title) = ("stages", "Stages")

  static func body(_ context: ReportContext) -> HTML? {
    let facts = context.facts
    guard !facts.graph.stages.isEmpty else { return nil }
    let text = PipelineText(facts.pipelineText)
    let cells = Dictionary(grouping: facts.cells, by: \.row.stage)
    let edges = Dictionary(grouping: facts.edges) { StageGraph.stage(of: $0.to) }
    let panels = facts.graph.stages.enumerated().map { index, stage in
      StagePanel(
        index, cells[stage.name] ?? [], edges: edges[stage.name] ?? [], text: text,
        context: context)
    }
    let all = StatusCounts(
      facts.cells.map(\.row), total: facts.graph.stages.reduce(0) { $0 + $1.cells.count })
    return """
      \(all.legend)
      \(drawing(facts.graph, panels))
      <div class="panels" data-panels>
      <p class="soft small">A stage of the graph opens its parameters, inputs, outputs, log and key.</p>
      \(HTML(panels.map(\.html)))</div>
      """
  }

  private static func drawing(_ graph: StageGraph, _ panels: [StagePanel]) -> HTML {
    let layout = GraphLayout(count: graph.stages.count, edges: graph.edges)
    var drawing = HTML(layout.segments.map(edge))
    for ((stage, panel), corner) in zip(zip(graph.stages, panels), layout.rooms) {
      drawing += draw(stage, panel, corner)
    }
    return """
      <div class="graph" role="group" aria-label="graph of the stages" tabindex="0">\
      <svg viewBox="0 0 \(layout.width) \(layout.height)" \
      style="width:100%;max-width:\(layout.width)px;min-width:\(layout.width * 0.72)px">
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

  /// A box: HTML inside the drawing, so that long names are cut where the box ends.
  private static func draw(
    _ stage: StageGraph.Stage, _ panel: StagePanel, _ corner: GraphLayout.Point
  ) -> HTML {
    let counts = panel.counts
    let size = [
      stage.cells.count == 1 ? "" : Display.count(stage.cells.count, "cell"),
      counts.seconds > 0 ? short(counts.seconds) : "",
    ].filter { !$0.isEmpty }.joined(separator: " · ")
    return """
      <foreignObject x="\(corner.x)" y="\(corner.y)" width="\(GraphLayout.roomWidth)" \
      height="\(GraphLayout.roomHeight)"><a class="room\(counts.hasFailed ? " bad" : "")" \
      href="#\(StagePanel.anchor(panel.index))" data-room \
      title="\(stage.name) (\(panel.kind)): \(counts.words)"><b>\(stage.name)</b>\
      <span>\(panel.kind)</span><span>\(size)</span>\(counts.html)\
      \(counts.bar)</a></foreignObject>
      """
  }

  /// A duration without seconds if it has minutes, since boxes are narrow.
  private static func short(_ seconds: Double) -> String {
    let text = Display.seconds(seconds)
    guard let end = text.range(of: " min ") else { return text }
    return text.hasSuffix(" s") ? text[..<end.lowerBound] + " min" : text
  }
}
