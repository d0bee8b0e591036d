import PipelineDSL
import Testing

@testable import Store

struct RunRecordsSealTests {
  private func finish(_ id: String, _ records: RunRecords) throws -> Digest {
    try SampleRun(id: id).record(in: records)
    return try records.finish(run: id, status: .done, exit: 0, finished: 1010)
  }

  @Test func aSealHoldsAndLeadsToTheOneBefore() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    let first = try finish("r1", records)
    let second = try finish("r2", records)
    #expect(first != second)
    let seal = try #require(try records.seal(of: "r2"))
    #expect(seal.recorded == second)
    #expect(seal.previous == first)
    #expect(seal.isWhole)
    #expect(try records.seal(of: "r1")?.previous == nil)
    #expect(try records.seal(of: "r1")?.isWhole == true)
  }

  @Test func aRunThatGoesOnHasNone() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    try SampleRun(id: "r1").record(in: records)
    #expect(try records.seal(of: "r1") == nil)
    #expect(try records.seal(of: "unknown") == nil)
  }

  @Test func eventsAfterTheEndLeaveItWhole() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    _ = try finish("r1", records)
    try records.add(EventRow(run: "r1", kind: "tag", subject: "best", at: 2000))
    #expect(try records.seal(of: "r1")?.isWhole == true)
  }

  /// Somebody who takes the triggers away can change rows, but not unseen.
  @Test(
    arguments: [
      ("metric", "UPDATE metric SET value = 0.99 WHERE step = 2"),
      ("metric", "DELETE FROM metric WHERE step = 1"),
      ("stage_run", "UPDATE stage_run SET status = 'hit'"),
      ("artifact", "UPDATE artifact SET digest = 'x'"),
      ("check_result", "UPDATE check_result SET met = 1"),
      ("parameter", "UPDATE parameter SET value = '18' WHERE name = 'seed'"),
      ("environment", "UPDATE environment SET value = '6.2'"),
      ("stage_edge", "UPDATE stage_edge SET output = 'x'"),
      ("divergence", "DELETE FROM divergence"), ("event", "UPDATE event SET text = 'fast'"),
      ("run", "UPDATE run SET user = 'bob'"), ("run_end", "UPDATE run_end SET exit = 3"),
      ("run_end", "UPDATE run_end SET finished = 1"),
      ("run_end", "UPDATE run_end SET previous_seal = 'aa'"),
    ])
  func everyChangeShows(table: String, deed: String) throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    _ = try finish("r1", records)
    try records.database.execute(
      "DROP TRIGGER \(table)_refuses_update; DROP TRIGGER \(table)_refuses_delete; \(deed)")
    #expect(try records.database.integer("SELECT changes()") > 0)
    let seal = try #require(try records.seal(of: "r1"))
    #expect(!seal.isWhole)
  }

  @Test func aRunThatWasTakenOutShows() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    for id in ["r1", "r2", "r3"] { _ = try finish(id, records) }
    try records.database.execute(
      "DROP TRIGGER run_end_refuses_delete; DELETE FROM run_end WHERE run = 'r2'")
    let seal = try #require(try records.seal(of: "r3"))
    #expect(seal.recorded == seal.computed)
    #expect(!seal.isChained && !seal.isWhole)
  }
}
