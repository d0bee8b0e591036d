internal import Store

/// A headline metric over the runs of its pipeline, as a chart with the thresholds of its checks.
struct MetricHistory {
  /// The maximum number of points; more runs than that are averaged in groups.
  static let pointLimit = 200

  private let series: RunIndex.Series
  private let index: RunIndex

  init(_ series: RunIndex.Series, in index: RunIndex) {
    (self.series, self.index) = (series, index)
  }

  /// The chart; `nil` if fewer than two runs have a value.
  var figure: Figure? {
    // Runs are sorted newest first, and time advances to the right.
    let values = series.values.sorted { $0.key > $1.key }.filter { $0.value.mean.isFinite }
    guard values.count > 1 else { return nil }
    let group = (values.count + Self.pointLimit - 1) / Self.pointLimit
    let points = stride(from: 0, to: values.count, by: group).map { first in
      point(values[first..<min(first + group, values.count)])
    }
    let isBand = points.contains { $0.low != $0.high }
    var chart = Chart(
      title: "\(series.name) over time",
      series: [Chart.Series(name: "", mark: isBand ? .band : .line, points: points)])
    let times = points.map(\.x)
    chart.x.ticks = DateTicks.ticks(from: times.min() ?? 0, to: times.max() ?? 0)
    chart.rules = series.thresholds.map {
      Chart.Rule(
        direction: .horizontal, at: $0.threshold,
        label: "\($0.relation.replacing("-", with: " ")) \(Display.number($0.threshold))")
    }
    // A threshold is in sight, even if no value comes near it.
    let all =
      points.flatMap { [$0.low ?? $0.y, $0.high ?? $0.y] } + series.thresholds.map(\.threshold)
    chart.y.range = Scale.range(of: all)
    return Figure(
      chart, name: "history/\(series.pipeline)/\(series.name)",
      caption: "\(series.name) in \(Display.count(values.count, "run"))\(note(group, isBand))")
  }

  private func note(_ group: Int, _ isBand: Bool) -> String {
    if group > 1 {
      return "; each point is the mean of \(group) runs, the band their lowest and highest value"
    }
    return isBand ? "; mean over cells, and a band from the lowest to the highest" : ""
  }

  private func point(_ values: ArraySlice<(key: Int, value: MetricOverview)>) -> Chart.Point {
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + $1.value.mean } / count
    let time = values.reduce(0) { $0 + index.runs[$1.key].summary.run.started } / count
    let last = values.last.map { index.runs[$0.key].summary.run }
    return Chart.Point(
      x: time, y: mean, low: values.map(\.value.low).min(), high: values.map(\.value.high).max(),
      about: last.map { "\($0.id): \(Display.number(mean))" } ?? "")
  }
}
