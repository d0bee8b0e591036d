internal import PipelineDSL
internal import Store

/// The training of a group of repeats: its histories, the epochs that were kept, its phases.
struct Training {
  private let group: CellGroup
  /// The series by what they measure; of repeats the means, with the lowest and highest values.
  let families: [String: [Chart.Series]]
  /// Whether steps are epochs, which are shown from 1.
  private let isByEpoch: Bool
  /// The epochs whose weights were kept, one per cell that says so, from 1.
  private let kept: [Double]
  /// Whether some repeats ended earlier than others.
  private let isUneven: Bool
  private let reader: ArtifactReader

  /// Reads the training of a group.
  init(_ group: CellGroup, _ reader: ArtifactReader) {
    self.group = group
    let isByEpoch = group.cells.contains { LearningCurves.areByEpoch($0.metrics) }
    self.isByEpoch = isByEpoch
    // The record counts epochs from 0.
    let all = group.cells.map {
      LearningCurves.families(of: $0.metrics, from: isByEpoch ? 1 : 0)
    }
    families = all.count == 1 ? all[0] : Self.merged(all)
    kept = group.cells.compactMap { cell in
      cell.metrics.last { $0.name == "best/epoch" }.map { $0.value + 1 }
    }
    let ends = all.map { $0.values.flatMap(\.self).flatMap(\.points).map(\.x).max() }
    isUneven = Set(ends).count > 1
    self.reader = reader
  }

  /// The range of a metric; `nil` if it has no finite value.
  func range(of name: String) -> ClosedRange<Double>? { families[name].flatMap(Chart.range) }

  /// The first epoch of the second training phase, from 1, if all cells have the same.
  private var secondPhase: Double? {
    let starts = Set(group.cells.map { Self.secondPhase(of: $0, reader) })
    return starts.count == 1 ? starts.first ?? nil : nil
  }

  private var unit: String { isByEpoch ? "epoch" : "step" }

  /// The figure of a metric.
  func figure(_ name: String, range: ClosedRange<Double>) -> Figure {
    let place: HTML = group.place.isEmpty ? .empty : " <span class=\"soft\">\(group.place)</span>"
    let series = (families[name] ?? []).map { LearningCurves.saying($0, unit) }
    // Read only for figures that are drawn.
    let secondPhase = secondPhase
    let chart = Chart(
      title: "\(name) of \(group.name) by \(unit)",
      x: Chart.Axis(label: unit, ticks: ticks(of: series)),
      y: Chart.Axis(label: name, range: range),
      series: series, rules: rules(secondPhase))
    return Figure(
      chart, name: "curves/\(group.name)/\(name)", caption: caption(name, secondPhase),
      heading: "\(name)\(place)")
  }

  /// Whole numbers.
  private func ticks(of series: [Chart.Series]) -> [(at: Double, label: String)]? {
    guard let range = Scale.range(of: series.flatMap(\.points).map(\.x)) else { return nil }
    var ticks = Scale.ticks(range, count: 6).filter { $0 == $0.rounded() }
    if isByEpoch, let first = ticks.first, first > 1, first - 1 > (ticks.last ?? 1) / 12 {
      ticks.insert(1, at: 0)
    }
    return ticks.map { ($0, Scale.label($0)) }
  }

  private func rules(_ secondPhase: Double?) -> [Chart.Rule] {
    var rules: [Chart.Rule] = []
    if let secondPhase {
      rules.append(Chart.Rule(direction: .vertical, at: secondPhase - 0.5, label: "fine-tuning"))
    }
    for (index, epoch) in Set(kept).sorted().enumerated() {
      let label =
        kept.count == 1 ? "kept: epoch \(Display.number(epoch))" : index == 0 ? "kept epochs" : ""
      rules.append(Chart.Rule(direction: .vertical, at: epoch, label: label))
    }
    return rules
  }

  private func caption(_ name: String, _ secondPhase: Double?) -> String {
    var text = "\(group.name): \(name) by \(unit)"
    if group.cells.count > 1 {
      let axes = group.repeats.joined(separator: " and ")
      text += ". Lines are means over n = \(group.cells.count) repeats (\(axes)), bands reach from "
      text += "the lowest to the highest"
      if isUneven { text += "; a repeat that ended earlier counts up to its end" }
    } else {
      text += ", n = 1 training"
    }
    if let low = kept.min(), let high = kept.max() {
      text +=
        low == high
        ? ". The weights of epoch \(Display.number(low)) were kept"
        : ". The weights of epochs \(Display.number(low)) to \(Display.number(high)) were kept"
    }
    if let secondPhase {
      text += ". The head alone was trained before epoch \(Display.number(secondPhase))"
    }
    return text + "."
  }

  // MARK: Reading

  /// The first epoch of the second phase that the history of a cell has, from 1.
  private static func secondPhase(
    of cell: RunFacts.CellFacts, _ reader: ArtifactReader
  ) -> Double? {
    for artifact in cell.artifacts where artifact.type == .metrics {
      guard case .value(let files) = reader.files(artifact),
        case .value(let table)? = reader.table(HistoryFormat.file, in: files),
        let stage = table.position(of: HistoryFormat.Column.stage)
      else { continue }
      let first = table.rows.first?[stage]
      return table.rows.firstIndex { $0[stage] != first }.map { Double($0 + 1) }
    }
    return nil
  }

  /// The means of repeats, with the lowest and highest values.
  private static func merged(_ all: [[String: [Chart.Series]]]) -> [String: [Chart.Series]] {
    var merged: [String: [Chart.Series]] = [:]
    for name in Set(all.flatMap(\.keys)) {
      let series = all.compactMap { $0[name] }.flatMap(\.self)
      var order: [String] = []
      for line in series where !order.contains(line.name) { order.append(line.name) }
      merged[name] = order.compactMap { line in
        let repeats = series.filter { $0.name == line }
        guard var first = repeats.first else { return nil }
        let values = Dictionary(grouping: repeats.flatMap(\.points).filter(\.y.isFinite), by: \.x)
        first.mark = .band
        first.points = values.keys.sorted().map { x in
          let ys = (values[x] ?? []).map(\.y)
          return Chart.Point(
            x: x, y: ys.reduce(0, +) / Double(max(1, ys.count)), low: ys.min(), high: ys.max())
        }
        return first
      }
    }
    return merged
  }
}
