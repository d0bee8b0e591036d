/// Learning curves: every metric with steps, repeats of an experiment together.
enum CurvesSection: ReportSection {
  static let (id, title) = ("curves", "Learning curves")
  private static let limit = 48

  static func body(_ context: ReportContext) -> HTML? {
    let list = LearningCurves.figures(context.facts, context.reader, limit: limit)
    guard !list.figures.isEmpty else { return nil }
    var body = HTML.empty
    for stage in context.facts.graph.stages {
      let cards = list.cards { $0.stage == stage.name }
      if !cards.text.isEmpty { body += "<h3>\(stage.name)</h3>\(cards)" }
    }
    return "\(body)\(list.rest)"
  }
}
