import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct RunRecordsOverviewTests {
  @Test func metricsAreGroupedByRunAndStage() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    try SampleRun(id: "a").record(in: records)
    for (cell, value) in [("eval@seed=1", 0.25), ("eval@seed=2", 0.75)] {
      let row = try records.add(SampleRun(id: "a").stage(cell))
      try records.add(MetricRow(stageRun: row, metric: StageMetric("test/f1", value)))
      try records.add(MetricRow(stageRun: row, metric: StageMetric("test/f1", step: 1, 9)))
      try records.add(MetricRow(stageRun: row, metric: StageMetric("test0", 9)))
    }
    let failed = try records.add(SampleRun(id: "a").stage("eval@seed=3", .failed))
    try records.add(MetricRow(stageRun: failed, metric: StageMetric("test/f1", 9)))
    let found = try records.testMetricOverview()
    #expect(
      found == [
        MetricOverview(
          run: "a", stage: "eval", metric: "test/f1", mean: 0.5, low: 0.25, high: 0.75, cells: 2)
      ])
    let all = try records.metricOverview(pipeline: "five-class")
    #expect(all.map(\.metric).sorted() == ["kappa", "test/f1", "test0"])
    let kappa = try #require(all.first { $0.metric == "kappa" })
    #expect(kappa.mean.isNaN && kappa.cells == 0)
    #expect(try records.metricOverview(pipeline: "other") == [])
  }

  @Test func checksAndParametersOfAllRuns() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    for id in ["a", "b"] { try SampleRun(id: id).record(in: records) }
    let checks = try records.checkOverview()
    #expect(checks.map(\.values.run) == ["a", "b"])
    #expect(checks[0].relation == "at-least" && checks[0].threshold == 0.9)
    #expect(checks[0].cells == 1 && checks[0].missed == 1 && checks[0].values.mean.isNaN)
    let parameters = try records.parameterOverview()
    #expect(parameters.map(\.run) == ["a", "a", "b", "b"])
    #expect(parameters.first == ParameterOverview(run: "a", name: "seed", value: "17"))
  }
}
