import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct RunRecordsEndingTests {
  @Test func finalMetricsHaveNoStep() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    try SampleRun(id: "a").record(in: records)
    let found = try records.finalMetrics(run: "a", named: ["kappa", "loss"])
    #expect(found.map(\.name) == ["kappa"])
    #expect(found.first?.cell == "scores@backbone=vgg16" && found.first?.value.isNaN == true)
    #expect(try records.finalMetrics(run: "b", named: ["kappa"]) == [])
    #expect(try records.finalMetrics(run: "a", named: []) == [])
  }

  @Test func savedSecondsAreThoseOfTheExecution() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    // Its hit has the key of its execution, which took 2.5 s.
    try SampleRun(id: "a").record(in: records)
    #expect(try records.savedSeconds(run: "a") == 2.5)
    var row = SampleRun(id: "a").stage("other", .hit)
    row.key = Digest.of("from elsewhere")
    try records.add(row)
    #expect(try records.savedSeconds(run: "a") == 2.5)
    #expect(try records.savedSeconds(run: "b") == 0)
  }
}
