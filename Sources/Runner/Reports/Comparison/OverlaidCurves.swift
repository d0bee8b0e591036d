internal import PipelineDSL
internal import Store

/// Learning curves of compared runs in the same charts, one colour per run.
enum OverlaidCurves {
  /// The maximum number of charts.
  static let chartLimit = 36

  /// The charts of metrics whose steps differ; `nil` without any.
  static func html(_ compared: ComparedRuns) -> HTML? {
    let byName = compared.cellsByName
    var cards: [HTML] = []
    var (leftOut, unchanged) = (0, 0)
    for cell in compared.cells {
      let isByEpoch = byName.contains { LearningCurves.areByEpoch($0[cell]?.metrics ?? []) }
      let curves = byName.map { Self.curves($0[cell], from: isByEpoch ? 1 : 0) }
      for name in Set(curves.flatMap(\.keys)).sorted(by: precedes) {
        let own = curves.map { $0[name] ?? [] }
        guard own.count(where: { !$0.isEmpty }) > 1 else { continue }
        guard own.contains(where: { $0 != own[0] }) else {
          unchanged += 1
          continue
        }
        guard cards.count < chartLimit else {
          leftOut += 1
          continue
        }
        cards.append(
          "<div class=\"card\">\(figure(cell, name, own, by: isByEpoch ? "epoch" : "step").html)</div>"
        )
      }
    }
    guard !cards.isEmpty || unchanged > 0 else { return nil }
    var body: HTML = cards.isEmpty ? .empty : "<div class=\"cards\">\(HTML(cards))</div>"
    if leftOut > 0 {
      body += "<p class=\"soft small\">and \(Display.count(leftOut, "more chart"))</p>"
    }
    if unchanged > 0 {
      body += "<p class=\"soft small\">\(Display.count(unchanged, "curve")) equal in all runs.</p>"
    }
    return body
  }

  private static func figure(
    _ cell: String, _ name: String, _ curves: [[Chart.Point]], by unit: String
  ) -> Figure {
    var chart = Chart(
      title: "\(cell) \(name) by \(unit)",
      series: curves.enumerated().filter { !$0.element.isEmpty }.map { place, points in
        Chart.Series(name: ComparedRuns.letter(place), colour: place, points: points)
      })
    chart.x.label = unit
    return Figure(chart, name: "compared/\(cell)/\(name)", caption: "\(cell) \(name)")
  }

  /// The metrics with steps of a cell, by name.
  private static func curves(
    _ cell: RunFacts.CellFacts?, from first: Double
  ) -> [String: [Chart.Point]] {
    var curves: [String: [Chart.Point]] = [:]
    for metric in cell?.metrics ?? [] {
      guard let step = metric.step else { continue }
      curves[metric.name, default: []].append(Chart.Point(x: Double(step) + first, y: metric.value))
    }
    return curves.filter { $0.value.count > 1 }.mapValues { $0.sorted { $0.x < $1.x } }
  }

  /// Validation before training, losses first.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    func rank(_ name: String) -> (Int, Int, String) {
      (name.hasPrefix("validation/") ? 0 : 1, name.hasSuffix("/loss") ? 0 : 1, name)
    }
    return rank(left) < rank(right)
  }
}
