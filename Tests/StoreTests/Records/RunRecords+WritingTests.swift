import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct RunRecordsWritingTests {
  @Test func everyRowRoundTrips() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    let run = SampleRun(id: "r1")
    let number = try run.record(in: records)
    var first = run.stage("scores@backbone=vgg16")
    first.id = number
    let stages = try records.stageRuns(run: "r1")
    #expect(stages.first == first)
    #expect(stages.map(\.status) == [.executed, .hit])
    #expect(
      try records.artifacts(run: "r1") == [
        ArtifactRow(
          stageRun: number, port: "metrics", type: .metrics, digest: Digest.of("m"), bytes: 99)
      ])
    let metrics = try records.metrics(run: "r1").map(\.metric)
    #expect(metrics.map(\.name) == ["loss", "loss", "kappa"])
    #expect(metrics.map(\.step) == [1, 2, nil])
    #expect(metrics[1].value == 0.25)
    #expect(metrics[2].value.isNaN)
    #expect(
      try records.checks(run: "r1") == [
        CheckRow(
          stageRun: number, metric: "kappa", relation: "at-least", threshold: 0.9, value: nil,
          met: false)
      ])
    #expect(
      try records.edges(run: "r1") == [
        EdgeRow(from: "scores@backbone=vgg16", output: "metrics", to: "table", input: "metrics")
      ])
    #expect(try records.divergences(run: "r1").map(\.found) == ["bb"])
    #expect(try records.events(run: "r1").map(\.text) == ["slow"])
    #expect(try records.parameters(run: "r1").map(\.name) == ["data", "seed"])
    #expect(try records.parameters(run: "r1").map(\.value) == ["data", 17])
    #expect(try records.environment(run: "r1").map(\.value) == ["6.1"])
  }

  @Test func stageWithoutInputsHasNoKey() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    try records.begin(SampleRun(id: "r1").row, pipelineText: SampleRun.text)
    let row = StageRunRow(
      run: "r1", cell: "a", stage: "a", kind: "split", key: nil, status: .skipped,
      reason: "'cells' failed", started: 1)
    try records.add(row)
    let read = try #require(try records.stageRuns(run: "r1").first)
    #expect(read.key == nil && read.end == nil && read.log == nil && read.scratch == nil)
    #expect(read.reason == "'cells' failed")
  }

  @Test func rowsRequireARun() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    let error = #expect(throws: StoreError.self) {
      try records.add(SampleRun(id: "never begun").stage("a"))
    }
    #expect(error?.system == "FOREIGN KEY constraint failed")
  }

  @Test func runBeginsAndEndsOnlyOnce() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    let run = SampleRun(id: "r1")
    try run.record(in: records)
    #expect(throws: StoreError.self) {
      try records.begin(run.row, pipelineText: SampleRun.text)
    }
    _ = try records.finish(run: "r1", status: .done, exit: 0, finished: 1)
    #expect(throws: StoreError.self) {
      try records.finish(run: "r1", status: .done, exit: 0, finished: 1)
    }
    #expect(throws: StoreError.self) {
      try records.finish(run: "never begun", status: .done, exit: 0, finished: 1)
    }
  }

  @Test func endContainsTheCountsOfStages() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    try SampleRun(id: "r1").record(in: records)
    let seal = try records.finish(run: "r1", status: .failed, exit: 1, finished: 1010)
    let end = try #require(try records.run("r1").end)
    #expect(end.status == .failed && end.exit == 1 && end.finished == 1010 && end.seal == seal)
    #expect(
      end.counts == [.hit: 1, .executed: 1, .failed: 0, .skipped: 0, .interrupted: 0])
  }
}
