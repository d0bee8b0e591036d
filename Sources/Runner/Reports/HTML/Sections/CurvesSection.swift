internal import PipelineDSL
internal import Store

/// Learning curves: every metric with steps, one chart per cell, train and validation together.
enum CurvesSection: ReportSection {
  static let (id, title) = ("curves", "Learning curves")
  private static let chartLimit = 48
  private static let parts = ["train", "validation", "test"]

  static func body(_ context: ReportContext) -> HTML? {
    var body = HTML.empty
    var charts = 0
    var leftOut = 0
    for stage in context.facts.graph.stages {
      let cells = context.facts.cells(of: stage.name).filter { cell in
        cell.metrics.contains { $0.step != nil }
      }
      guard !cells.isEmpty else { continue }
      let families = cells.map { Self.families(of: $0.metrics) }
      var grids: [HTML] = []
      for name in Set(families.flatMap(\.keys)).sorted(by: Self.precedes) {
        let all = families.compactMap { $0[name] }
        guard let range = Chart.range(of: all.flatMap(\.self)) else { continue }
        var cards: [HTML] = []
        for (cell, family) in zip(cells, families) {
          guard let series = family[name] else { continue }
          guard charts < chartLimit else {
            leftOut += 1
            continue
          }
          charts += 1
          cards.append(
            card(
              name, cells.count > 1 ? coordinates(cell.row) : "",
              Self.chart(series, name, range: range, kept: kept(cell))))
        }
        grids.append(HTML(cards))
      }
      // Several cells stand side by side, one row per metric; the charts of one cell share a row.
      if cells.count == 1 { grids = [HTML(grids)] }
      grids = grids.map { "<div class=\"cards\">\($0)</div>" }
      body += "<h3>\(stage.name)</h3>\(HTML(grids))"
    }
    guard charts > 0 else { return nil }
    if leftOut > 0 {
      body += """
        <p class="soft small">and \(Display.count(leftOut, "more chart")); 'assay metrics --history' \
        lists all values</p>
        """
    }
    return body
  }

  /// The epoch whose weights were kept, if the stage reports it.
  private static func kept(_ cell: RunFacts.CellFacts) -> Double? {
    cell.metrics.last { $0.name == "best/epoch" }?.value
  }

  /// The axis values in a cell's name.
  private static func coordinates(_ row: StageRunRow) -> String {
    String(row.cell.drop { $0 != "@" }.dropFirst())
  }

  private static func chart(
    _ series: [Chart.Series], _ name: String, range: ClosedRange<Double>, kept: Double?
  ) -> Chart {
    let rules = kept.map {
      Chart.Rule(direction: .vertical, at: $0, label: "kept: epoch \(Display.number($0))")
    }
    return Chart(
      title: name, y: Chart.Axis(range: range), series: series, rules: rules.map { [$0] } ?? [])
  }

  private static func card(_ name: String, _ cell: String, _ chart: Chart) -> HTML {
    let place: HTML = cell.isEmpty ? .empty : " <span class=\"soft\">\(cell)</span>"
    return "<div class=\"card\"><h3>\(name)\(place)</h3>\(chart.svg)</div>"
  }

  /// Series by what they measure: `train/loss` and `validation/loss` both belong to `loss`.
  static func families(of metrics: [StageMetric]) -> [String: [Chart.Series]] {
    var points: [String: [Chart.Point]] = [:]
    for metric in metrics {
      guard let step = metric.step else { continue }
      points[metric.name, default: []].append(Chart.Point(x: Double(step), y: metric.value))
    }
    var families: [String: [Chart.Series]] = [:]
    for name in points.keys.sorted(by: precedes) {
      let head = String(name.prefix { $0 != "/" })
      let part = head == name ? nil : parts.firstIndex(of: head)
      let family = part == nil ? name : String(name.dropFirst(head.count + 1))
      let sorted = (points[name] ?? []).sorted { $0.x < $1.x }
      families[family, default: []].append(
        Chart.Series(name: part == nil ? name : head, colour: part ?? 3, points: sorted))
    }
    return families
  }

  /// Losses first and learning rates last, otherwise by name; train before validation.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    func rank(_ name: String) -> (Int, Int, String) {
      let head = String(name.prefix { $0 != "/" })
      let family = name.hasSuffix("loss") ? 0 : name.hasSuffix("learning-rate") ? 2 : 1
      return (family, parts.firstIndex(of: head) ?? 9, name)
    }
    return rank(left) < rank(right)
  }
}
