internal import Foundation
internal import PipelineDSL
internal import Store

/// The stages as a graph: boxes with their cells by status, and their time.
///
/// Each box is a link to the panel of its stage.
enum GraphSection: ReportSection {
  static let (id, title) = ("stages", "Stages")
  /// The number of stages that are drawn; more could not be read.
  private static let drawingLimit = 300
  /// The bytes of panels after which no further panel begins.
  private static let panelBudget = 500_000

  static func body(_ context: ReportContext) -> HTML? {
    let facts = context.facts
    guard !facts.graph.stages.isEmpty else { return nil }
    let edges = Dictionary(grouping: facts.edges) { StageGraph.stage(of: $0.to) }
    let panels = facts.graph.stages.enumerated().map { index, stage in
      StagePanel(
        index, facts.cells(of: stage.name), edges: edges[stage.name] ?? [], text: facts.text,
        context: context)
    }
    let shown = html(of: panels)
    let all = StatusCounts(
      facts.cells.map(\.row), total: facts.graph.stages.reduce(0) { $0 + $1.cells.count })
    return """
      \(all.legend)
      \(drawing(facts, panels, shown))
      <div class="panels" data-panels>
      <p class="soft small">A stage of the graph opens its parameters, inputs, outputs, log and key.</p>
      \(HTML(shown.sorted { $0.key < $1.key }.map(\.value)))</div>\(rest(panels.count - shown.count))
      """
  }

  /// The panels that fit, by the place of their stage: those of failed stages first.
  private static func html(of panels: [StagePanel]) -> [Int: HTML] {
    var shown: [Int: HTML] = [:]
    var left = panelBudget
    for panel in panels.filter(\.counts.hasFailed) + panels.filter({ !$0.counts.hasFailed }) {
      guard left > 0 else { break }
      let html = panel.html
      shown[panel.index] = html
      left -= html.text.utf8.count
    }
    return shown
  }

  private static func rest(_ count: Int) -> HTML {
    count > 0
      ? missing("'assay show' lists the cells of \(Display.count(count, "more stage"))") : .empty
  }

  private static func drawing(
    _ facts: RunFacts, _ panels: [StagePanel], _ shown: [Int: HTML]
  ) -> HTML {
    let graph = facts.graph
    guard graph.stages.count <= drawingLimit else {
      return missing(
        "\(graph.stages.count) stages are too many to draw; 'assay graph' writes them.")
    }
    let layout = GraphLayout(count: graph.stages.count, edges: graph.edges)
    var drawing = HTML(layout.segments.map(edge))
    for ((stage, panel), corner) in zip(zip(graph.stages, panels), layout.rooms) {
      let anchor = shown[panel.index] == nil ? nil : StagePanel.anchor(panel.index)
      drawing += draw(
        stage, panel, corner, panel: anchor, orCells: CellsSection.anchor([panel.index], in: facts))
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
  ///
  /// It leads to its panel or, without one, to its cells.
  private static func draw(
    _ stage: StageGraph.Stage, _ panel: StagePanel, _ corner: GraphLayout.Point,
    panel anchor: String?, orCells cells: String
  ) -> HTML {
    let counts = panel.counts
    let opens: HTML = anchor == nil ? .empty : " data-room"
    let size = [
      stage.cells.count == 1 ? "" : Display.count(stage.cells.count, "cell"),
      counts.seconds > 0 ? short(counts.seconds) : "",
    ].filter { !$0.isEmpty }.joined(separator: " · ")
    return """
      <foreignObject x="\(corner.x)" y="\(corner.y)" width="\(GraphLayout.roomWidth)" \
      height="\(GraphLayout.roomHeight)"><a class="room\(counts.hasFailed ? " bad" : "")" \
      href="#\(anchor ?? cells)"\(opens) \
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
