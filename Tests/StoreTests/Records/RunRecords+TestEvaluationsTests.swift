import PipelineDSL
import TestSupport
import Testing

@testable import Store

@Suite struct RunRecordsTestEvaluationsTests {
  /// Records a run of some cells, each with a key and the names of its metrics.
  @discardableResult
  private func record(
    _ id: String, _ cells: [(key: String, status: StageStatus, metrics: [String])],
    pipeline: String = "p", in records: RunRecords
  ) throws -> [Int] {
    let run = SampleRun(id: id, pipeline: pipeline)
    try records.begin(run.row, pipelineText: SampleRun.text)
    return try cells.enumerated().map { index, cell in
      var row = run.stage("scores@n=\(index)", cell.status)
      row.key = Digest.of(cell.key)
      let number = try records.add(row)
      for name in cell.metrics {
        try records.add(MetricRow(stageRun: number, metric: StageMetric(name, 0.5)))
      }
      return number
    }
  }

  @Test("distinct results with metrics of the test set count, over all runs of the name so far")
  func counts() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    let first = try record(
      "a",
      [
        ("one", .executed, ["test/accuracy", "test/loss"]), ("two", .executed, ["test/accuracy"]),
        ("fit", .executed, ["validation/accuracy", "mean/test/accuracy", "testing"]),
      ], in: records)
    try record("b", [("fit", .hit, ["validation/accuracy"])], in: records)
    try record("c", [("other", .executed, ["test/accuracy"])], pipeline: "q", in: records)
    let last = try record(
      "d",
      [
        ("one", .hit, ["test/accuracy"]), ("three", .executed, ["test/auc/ALL"]),
        ("four", .failed, ["test/accuracy"]),
      ], in: records)
    func found(_ run: String) throws -> [Int] {
      let found = try records.testEvaluations(upTo: run)
      return [found.results, found.runs]
    }
    #expect(try found("a") == [2, 1])
    #expect(try found("b") == [2, 1])
    #expect(try found("c") == [1, 1])
    #expect(try found("d") == [3, 2])
    #expect(try found("nobody") == [0, 0])
    #expect(try records.testEvaluations(upToStageRun: first[0]).results == 1)
    #expect(try records.testEvaluations(upToStageRun: first[2]).results == 2)
    #expect(try records.testEvaluations(upToStageRun: last[0]).results == 2, "a cached one")
    #expect(try records.testEvaluations(upToStageRun: last[2]).results == 3)
  }
}
