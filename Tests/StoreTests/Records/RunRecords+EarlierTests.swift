import PipelineDSL
import TestSupport
import Testing

@testable import Store

@Suite struct RunRecordsEarlierTests {
  private func finished(
    _ id: String, in records: RunRecords, pipeline: String = "five-class", status: RunStatus = .done
  ) throws {
    try SampleRun(id: id, pipeline: pipeline).record(in: records)
    _ = try records.finish(run: id, status: status, exit: 0, finished: 2000)
  }

  @Test func findsEarlierKeysAcrossPipelines() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    try finished("a", in: records, pipeline: "one")
    try finished("b", in: records, pipeline: "two")
    let keys = try records.earlierKeys(stage: "scores", kind: "evaluate", limit: 10)
    #expect(keys.map(\.run) == ["b", "a"])
    #expect(keys.map(\.key) == [SampleRun.key, SampleRun.key])
    #expect(try records.earlierKeys(stage: "scores", kind: "other", limit: 10).isEmpty)
    #expect(try records.earlierKeys(stage: "scores", kind: "evaluate", limit: 1).count == 1)
  }

  @Test func goodRunsSucceededWithoutRegression() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    try finished("a", in: records)
    try finished("b", in: records, status: .failed)
    try finished("c", in: records, status: .interrupted)
    try finished("d", in: records)
    try finished("e", in: records, pipeline: "other")
    try SampleRun(id: "f").record(in: records)
    try finished("g", in: records)
    try records.add(EventRow(run: "d", kind: "regression", subject: "scores", at: 0))
    #expect(try records.goodRuns(pipeline: "five-class", before: "g", limit: 9) == ["a"])
    try finished("h", in: records)
    #expect(try records.goodRuns(pipeline: "five-class", before: "h", limit: 9) == ["g", "a"])
    #expect(try records.goodRuns(pipeline: "five-class", before: "h", limit: 1) == ["g"])
    #expect(try records.goodRuns(pipeline: "five-class", before: "nobody", limit: 9) == [])
  }

  @Test func previousRunHasTheSamePipelineAnEndAndResults() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    try finished("a", in: records)
    try finished("b", in: records, status: .failed)
    try finished("c", in: records, pipeline: "other")
    try SampleRun(id: "d").record(in: records)
    try finished("e", in: records)
    #expect(try records.previousRun(before: "e")?.run.id == "b")
    #expect(try records.previousRun(before: "b")?.run.id == "a")
    #expect(try records.previousRun(before: "a") == nil)
    #expect(try records.previousRun(before: "c") == nil)
    #expect(try records.previousRun(before: "nobody") == nil)
  }
}
