internal import PipelineDSL
internal import Store

/// Learning curves: every metric with steps, one figure per group of repeats, train and validation
/// together.
enum LearningCurves: FigureSource {
  private static let parts = ["train", "validation", "test"]
  /// The number of points up to which each of them says its value when a pointer rests on it.
  private static let hoverLimit = 40

  static func figures(_ facts: RunFacts, _ reader: ArtifactReader, limit: Int) -> FigureList {
    let axes = GridAxes(facts, [])
    var list = FigureList()
    for stage in facts.graph.stages {
      let cells = facts.cells(of: stage.name).filter { $0.metrics.contains { $0.step != nil } }
      let groups = CellGroup.groups(of: cells, axes).map { Training($0, reader) }
      for name in Set(groups.flatMap { $0.families.keys }).sorted(by: precedes) {
        // Charts of one metric stand side by side, so they share the range of values.
        let ranges = groups.compactMap { $0.range(of: name) }
        guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max()
        else { continue }
        for group in groups where group.families[name] != nil {
          guard list.figures.count < limit else {
            list.leftOut += 1
            continue
          }
          list.figures.append(group.figure(name, range: low...high))
        }
      }
    }
    return list
  }

  /// Whether the steps of a cell's metrics are epochs, which are recorded from 0 and shown from 1.
  static func areByEpoch(_ metrics: [StageMetric]) -> Bool {
    metrics.contains { $0.name == "best/epoch" || $0.name == "learning-rate" }
  }

  /// The series of a cell by what they measure: `train/loss` and `validation/loss` both belong to
  /// `loss`.
  static func families(of metrics: [StageMetric], from first: Int = 0) -> [String: [Chart.Series]] {
    var points: [String: [Chart.Point]] = [:]
    for metric in metrics {
      guard let step = metric.step else { continue }
      points[metric.name, default: []].append(
        Chart.Point(x: Double(step) + Double(first), y: metric.value))
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
  static func precedes(_ left: String, _ right: String) -> Bool {
    func rank(_ name: String) -> (Int, Int, String) {
      let head = String(name.prefix { $0 != "/" })
      let family = name.hasSuffix("loss") ? 0 : name.hasSuffix("learning-rate") ? 2 : 1
      return (family, parts.firstIndex(of: head) ?? 9, name)
    }
    return rank(left) < rank(right)
  }

  /// A point that says its value if there are few of them.
  static func saying(_ series: Chart.Series, _ unit: String) -> Chart.Series {
    guard series.points.count <= hoverLimit else { return series }
    var series = series
    for index in series.points.indices {
      let point = series.points[index]
      series.points[index].about =
        "\(series.name), \(unit) \(Display.number(point.x)): \(Display.number(point.y))"
    }
    return series
  }
}
