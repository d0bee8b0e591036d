import PipelineDSL
import Store
import Testing

@testable import Reports

struct MetricHistoryTests {
  @Test func manyRunsAreAveragedInGroups() throws {
    let store = try SampleStore()
    try store.records.transaction { () throws(StoreError) in
      for number in 0..<401 {
        try Run.add(number, to: store)
      }
    }
    let index = try RunIndex(store.records)
    let series = try #require(index.series["five-class"]?.first)
    let figure = try #require(MetricHistory(series, in: index).figure)
    #expect(figure.caption.contains("401 runs; each point is the mean of 3 runs"))
    let chart = try #require(figure.drawing as? Chart)
    #expect(chart.series[0].points.count == 134)
    #expect(chart.series[0].points[0].x < chart.series[0].points[1].x)
    #expect(chart.rules.map(\.at) == [2])
    // The threshold is in sight, although no value is near it.
    #expect(chart.y.range?.contains(2) == true)
  }

  @Test func oneRunHasNoHistory() throws {
    let store = try SampleStore()
    try RunIndexTests.record(1, [0.5], in: store)
    let index = try RunIndex(store.records)
    let series = try #require(index.series["five-class"]?.first)
    #expect(MetricHistory(series, in: index).figure == nil)
  }

  /// A run with one score, without artifacts.
  private enum Run {
    static func add(_ number: Int, to store: SampleStore) throws(StoreError) {
      let id = "run-\(1000 + number)"
      try store.records.begin(
        RunRow(
          id: id, pipeline: "five-class", pipelineDigest: .of("{}"), command: "", host: "",
          user: "", started: 1_795_000_000 + Double(number) * 3_600), pipelineText: "{}")
      let row = try store.records.add(
        StageRunRow(
          run: id, cell: "scores", stage: "scores", kind: "evaluate", key: nil, status: .executed,
          reason: "", started: 0))
      let score = Double(number % 2)
      try store.records.add(MetricRow(stageRun: row, metric: .init("test/accuracy", score)))
      try store.records.add(
        CheckRow(
          stageRun: row, metric: "test/accuracy", relation: "at-most", threshold: 2, value: score,
          met: true))
    }
  }
}
