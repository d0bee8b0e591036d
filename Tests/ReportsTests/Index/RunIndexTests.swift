import PipelineDSL
import Store
import Testing

@testable import Reports

struct RunIndexTests {
  /// A run of one evaluated cell per score.
  static func record(
    _ number: Int, _ scores: [Double], in store: SampleStore, pipeline: String = "five-class",
    threshold: Double? = nil, metric: String = "test/accuracy"
  ) throws {
    let cells = scores.enumerated().map { seed, score in
      var cell = SampleStore.CellPlan("scores@seed=\(seed)", "evaluate")
      cell.metrics = [StageMetric(metric, score), StageMetric("test/samples", 40)]
      if let threshold {
        cell.checks = [.init(metric: metric, relation: .atLeast, threshold: threshold)]
      }
      return cell
    }
    _ = try store.record(
      cells, id: "2026112\(number)-000000-aaaaaa", pipeline: pipeline, text: "{}",
      parameters: ["rate": .integer(number)], started: 1_795_000_000 + Double(number) * 86_400)
  }

  @Test func metricsAreMeansOverCellsWithTheLatestThreshold() throws {
    let store = try SampleStore()
    try Self.record(1, [0.5, 0.75], in: store, threshold: 0.7)
    try Self.record(2, [0.5], in: store, threshold: 0.4)
    try Self.record(3, [0.25], in: store, pipeline: "other", metric: "score")
    let index = try RunIndex(store.records)
    #expect(index.runs.map(\.summary.run.id.first) == ["2", "2", "2"])
    #expect(index.pipelines == ["other", "five-class"])
    let series = try #require(index.series["five-class"])
    // The number of samples is not a result.
    #expect(series.map(\.name) == ["scores test/accuracy"])
    #expect(series[0].thresholds.map(\.threshold) == [0.4])
    #expect(series[0].values[1]?.mean == 0.5)
    let first = try #require(series[0].values[2])
    #expect(first.mean == 0.625 && first.low == 0.5 && first.high == 0.75 && first.cells == 2)
    #expect(index.runs[2].checks == 2 && index.runs[2].missedChecks == 1)
    // Without checks and a test set, a pipeline shows what it has.
    #expect(index.series["other"]?.map(\.metric).contains("score") == true)
    #expect(index.parameters.map(\.name) == ["rate"])
    #expect(index.parameters[0].values == [0: "3", 1: "2", 2: "1"])
  }

  @Test func dataHasOneValuePerRun() throws {
    let store = try SampleStore()
    for number in 1...3 { try Self.record(number, [.nan, 0.5], in: store) }
    let index = try RunIndex(store.records)
    let json = index.json(reports: [1: "x.html"])
    #expect(json["ids"]?.elements?.count == 3)
    #expect(json["status"]?.elements?.count == 3)
    #expect(json["reports"]?["1"]?.text == "x.html")
    let metric = try #require(json["metrics"]?.elements?.first)
    #expect(metric["values"]?.elements?.count == 3)
    let parameter = try #require(json["parameters"]?.elements?.first)
    #expect(parameter["values"]?.elements?.map(\.text) == ["3", "2", "1"])
    #expect(parameter["runs"]?.elements == [1, 2, 3])
  }
}
