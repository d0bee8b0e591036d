import PipelineDSL
import Store
import Testing

@testable import Reports

struct MetricMatrixTests {
  @Test func headlineMetricsAreListedEvenIfEqual() throws {
    let store = try SampleStore()
    let runs = try [[1.0, 2, .nan], [1, 3, .nan]].enumerated().map { number, values in
      var cell = SampleStore.CellPlan("scores", "evaluate")
      cell.metrics = [
        StageMetric("test/accuracy", values[0]), StageMetric("views", values[1]),
        StageMetric("same", 5), StageMetric("checked", values[2]),
      ]
      cell.checks = [MetricCheck(metric: "checked", relation: .atLeast, threshold: 0)]
      if number == 1 { cell.metrics.append(StageMetric("test/new", 1)) }
      return try store.record([cell], id: "run-\(number)", text: "{}")
    }
    let matrix = MetricMatrix(
      try ComparedRuns(runs, records: store.records, cache: store.cache))
    #expect(matrix.headline.map(\.metric) == ["test/new", "checked", "test/accuracy"])
    #expect(matrix.headline[0].values == [nil, 1])
    #expect(matrix.headline[1].isEqual)
    #expect(matrix.others.map(\.metric) == ["views"])
    #expect(matrix.unchanged == 1)
  }
}
