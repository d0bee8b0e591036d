import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct RunRecordsAuditTests {
  private func record(_ folder: TemporaryFolder, runs: Int = 3) throws -> RunRecords {
    let records = try folder.records()
    for number in 1...runs {
      try SampleRun(id: "r\(number)").record(in: records)
      _ = try records.finish(run: "r\(number)", status: .done, exit: 0, finished: 1010)
    }
    return records
  }

  private func problems(_ script: String) throws -> [RecordProblem] {
    let folder = try TemporaryFolder()
    let records = try record(folder)
    try records.database.execute("PRAGMA foreign_keys = OFF")
    let triggers = try records.database.rows(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    ) { ($0.text(0), $0.text(1)) }
    for (name, _) in triggers { try records.database.execute("DROP TRIGGER \(name)") }
    try records.database.execute(script)
    for (_, sql) in triggers { try records.database.execute(sql) }
    return try records.check().problems
  }

  @Test func intactRecordHasNoProblems() throws {
    let folder = try TemporaryFolder()
    let check = try record(folder).check()
    #expect(check.problems == [])
    #expect(check.pipelines == 1 && check.definitions > 40 && check.rows == 3 * 15 + 1)
  }

  @Test(
    arguments: [
      ("pipeline", "UPDATE pipeline SET text = text || ' '"),
      ("run_end", "UPDATE run_end SET number = 9 WHERE number = 3"),
      ("run_end", "DELETE FROM run_end WHERE number = 2"),
      ("stage_run", "UPDATE stage_run SET run = 'r7' WHERE number = 1"),
      ("artifact", "UPDATE artifact SET stage_run = 77 WHERE number = 1"),
      ("run", "UPDATE run SET pipeline_digest = 'x' WHERE number = 1"),
      ("sqlite_schema", "DROP VIEW latest_metrics; CREATE VIEW latest_metrics AS SELECT 1"),
      ("sqlite_schema", "DROP INDEX metric_by_stage_run"),
      ("sqlite_schema", "CREATE TABLE more (x)"),
    ])
  func reportsEveryKindOfProblem(table: String, script: String) throws {
    #expect(try problems(script).map(\.table).contains(table))
  }

  @Test func listsSealsAndRuns() throws {
    let folder = try TemporaryFolder()
    let records = try record(folder)
    try SampleRun(id: "r4").record(in: records)
    #expect(try records.endedRuns() == ["r1", "r2", "r3"])
    #expect(try records.runIDs() == ["r1", "r2", "r3", "r4"])
    let seal = try #require(try records.seal(of: "r2")).recorded.hex
    #expect(try records.seals(beginning: String(seal.prefix(20))).map(\.run) == ["r2"])
    #expect(try records.seals(beginning: "").count == 3)
    #expect(try records.hasRecorded(Digest.of("s"), under: SampleRun.key) == nil)
    var row = SampleRun(id: "r4").stage("late")
    row.record = Digest.of("s")
    try records.add(row)
    #expect(try records.hasRecorded(Digest.of("s"), under: SampleRun.key) == "r4")
    #expect(try records.stageRuns(run: "r4").last?.record == Digest.of("s"))
  }
}
