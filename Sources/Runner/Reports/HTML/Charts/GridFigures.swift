internal import PipelineDSL
internal import Store

/// The axes of a run as heat maps, one per headline metric, and as parallel coordinates.
enum GridFigures: FigureSource {
  private static let (sideLimit, lineLimit) = (40, 400)

  static func figures(_ facts: RunFacts, _ reader: ArtifactReader, limit: Int) -> FigureList {
    var list = FigureList()
    for metrics in metricGroups(facts) {
      let layout = GridLayout(facts, facts.edges, ResultsRequest(metrics: metrics))
      let maps = layout.tables.filter { $0.columnAxis != nil && $0.rows.count > 1 }
        .compactMap(figure)
      let ways = facts.graph.stages.compactMap { figure(layout.combinations(of: $0.name)) }
      for figure in maps + ways {
        guard list.figures.count < limit else {
          list.leftOut += 1
          continue
        }
        list.figures.append(figure)
      }
      if !list.figures.isEmpty { break }
    }
    return list
  }

  /// The metrics to show: published ones and the usual ones of the test part, otherwise of validation.
  private static func metricGroups(_ facts: RunFacts) -> [[String]] {
    var published: [String] = []
    for reference in facts.references where !published.contains(reference.metric) {
      published.append(reference.metric)
    }
    let checked = facts.cells.flatMap(\.checks).map(\.metric)
    for metric in checked where !published.contains(metric) { published.append(metric) }
    let usual = ResultsRequest.defaultMetrics.filter { !published.contains($0) }
    let validation = ResultsRequest.defaultMetrics.map {
      $0.replacing("test/", with: "validation/")
    }
    return [published + usual, validation]
  }

  // MARK: Heat map

  private static func figure(_ table: GridTable) -> Figure? {
    guard let metric = table.metric, table.rows.count <= sideLimit,
      table.columns.count <= sideLimit
    else { return nil }
    let values = table.cells.flatMap(\.self).compactMap(\.ours)
    guard let range = Scale.range(of: values) else { return nil }
    let scale = Scale(range: range, from: 0, to: 1)
    let isLower = MetricDirection(of: metric) == .lower
    let isRepeated = !table.repeats.isEmpty
    let fields = zip(table.rows, table.cells).map { row, cells in
      zip(table.columns, cells).map { column, cell in
        // The better, the darker; even the worst is told from an empty field.
        let share = cell.ours.map {
          0.08 + 0.92 * (isLower ? 1 - scale.place($0) : scale.place($0))
        }
        return HeatMap.Field(
          share: share, text: cell.ours.map(Display.number) ?? (cell.hasFailed ? "failed" : "–"),
          small: isRepeated ? spread(of: cell) : "",
          about: "\(row), \(column): \(cell.text(isRepeated: isRepeated))")
      }
    }
    let map = HeatMap(
      title: table.title, rows: table.rows, columns: table.columns, rowLabel: table.rowAxis ?? "",
      columnLabel: table.columnAxis ?? "", fields: fields)
    let place = table.place.map { "/\($0.axis)=\($0.value)" }.joined()
    return Figure(
      map, name: "grid/\(table.stage)/\(metric)\(place)", caption: caption(table, metric),
      heading: "\(table.title)")
  }

  /// Half of the interval of a mean, and the number of repeats: `± 0.0127 (3)`.
  private static func spread(of cell: GridCell) -> String {
    guard cell.count > 0 else { return "" }
    guard let bounds = cell.bounds else { return "(\(cell.count))" }
    return "± \(Display.number((bounds.upperBound - bounds.lowerBound) / 2)) (\(cell.count))"
  }

  private static func caption(_ table: GridTable, _ metric: String) -> String {
    let counts = Set(table.cells.flatMap(\.self).map(\.count).filter { $0 > 0 }).sorted()
    var text = "\(table.title) by \(table.corner) and \(table.columnAxis ?? "metric"); the "
    text += MetricDirection(of: metric) == .lower ? "lower" : "higher"
    text += ", the darker"
    if table.repeats.isEmpty {
      text += "; n = 1 run of each cell, so no interval"
    } else {
      let n =
        counts.count > 1 ? "\(counts[0]) to \(counts[counts.count - 1])" : "\(counts.first ?? 0)"
      text += "; means over n = \(n) repeats (\(table.repeats.joined(separator: " and "))) ± half "
      text += "of their 95 % intervals by Student's t"
    }
    return text + ". No test."
  }

  // MARK: Parallel coordinates

  private static func figure(_ grid: GridCombinations?) -> Figure? {
    guard let grid, grid.axes.count + grid.metrics.count > 2, grid.rows.count > 2 else {
      return nil
    }
    let shown = grid.rows.prefix(lineLimit)
    let settings = grid.axes.map { axis in
      let last = Double(max(1, axis.values.count - 1))
      return ParallelCoordinates.Axis(
        name: axis.name,
        ticks: axis.values.enumerated().map { (Double($0.offset) / last, $0.element) })
    }
    let scales = grid.metrics.indices.map { index in
      Scale(
        range: Scale.range(of: shown.compactMap { $0.cells[index].ours }) ?? 0...1, from: 0, to: 1)
    }
    let scores = zip(grid.metrics, scales).map { metric, scale in
      ParallelCoordinates.Axis(
        name: metric,
        ticks: Scale.ticks(scale.range).map { (scale.place($0), Scale.label($0)) })
    }
    let isLower = MetricDirection(of: grid.metrics[0]) == .lower
    let lines = shown.map { row in
      let settings = zip(grid.axes, row.values).map { axis, value -> Double? in
        let last = Double(max(1, axis.values.count - 1))
        return axis.values.firstIndex(of: value).map { Double($0) / last }
      }
      let first = row.cells[0].ours.map(scales[0].place) ?? 0
      let values = zip(grid.metrics, row.cells).map { metric, cell in
        "\(metric) \(cell.ours.map(Display.number) ?? "none")"
      }
      return ParallelCoordinates.Line(
        values: settings + zip(row.cells, scales).map { cell, scale in cell.ours.map(scale.place) },
        share: isLower ? 1 - first : first,
        about: (row.values + values).filter { !$0.isEmpty }.joined(separator: ", "))
    }
    let ways = ParallelCoordinates(
      title: "\(grid.stage): axes and metrics", axes: settings + scores, lines: lines)
    var caption = "\(grid.stage): a line per combination of axis values (n = \(grid.rows.count)), "
    caption += "the better by \(grid.metrics[0]), the stronger; the best is drawn in another colour"
    if !grid.repeats.isEmpty {
      caption += "; values are means over \(grid.repeats.joined(separator: " and "))"
    }
    if grid.rows.count > lineLimit { caption += "; the first \(lineLimit) are drawn" }
    return Figure(
      ways, name: "parallel/\(grid.stage)", caption: caption + ". No interval, no test.",
      heading: "\(grid.stage): all axes")
  }
}
