import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct RunRecordsSealTests {
  private func finish(_ id: String, _ records: RunRecords) throws -> Digest {
    try SampleRun(id: id).record(in: records)
    return try records.finish(run: id, status: .done, exit: 0, finished: 1010)
  }

  @Test func sealIsValidAndChained() throws {
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

  @Test func unfinishedRunHasNoSeal() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    try SampleRun(id: "r1").record(in: records)
    #expect(try records.seal(of: "r1") == nil)
    #expect(try records.seal(of: "unknown") == nil)
  }

  @Test func eventsAfterTheEndDoNotBreakTheSeal() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    _ = try finish("r1", records)
    try records.add(EventRow(run: "r1", kind: "tag", subject: "best", at: 2000))
    #expect(try records.seal(of: "r1")?.isWhole == true)
  }

  /// Without the triggers rows can be changed, but not unnoticed.
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
  func everyChangeBreaksTheSeal(table: String, deed: String) throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    _ = try finish("r1", records)
    try records.database.execute(
      "DROP TRIGGER \(table)_refuses_update; DROP TRIGGER \(table)_refuses_delete; \(deed)")
    #expect(try records.database.integer("SELECT changes()") > 0)
    let seal = try #require(try records.seal(of: "r1"))
    #expect(!seal.isWhole)
    #expect(seal.changes.map(\.table).contains(table), "\(seal.changes)")
  }

  @Test func identifiesTheChangedRow() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    _ = try finish("r1", records)
    #expect(try records.seal(of: "r1")?.changes == [])
    try records.database.execute(
      """
      DROP TRIGGER metric_refuses_update; DROP TRIGGER artifact_refuses_delete;
      UPDATE metric SET value = 0.99 WHERE step = 2; DELETE FROM artifact;
      """)
    let changes = try #require(try records.seal(of: "r1")).changes
    #expect(changes.map(\.table) == ["artifact", "metric"])
    #expect(changes[0].expected == "1 row" && changes[0].row == nil)
    #expect(changes[1].row == 2)
    #expect(changes[1].found == "[\"metric\",2,1,\"loss\",2,0.99]")
  }

  /// Changed marks do not accuse another row.
  @Test func changedMarksAccuseTheirOwnRow() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    _ = try finish("r1", records)
    try records.database.execute(
      """
      DROP TRIGGER run_end_refuses_update;
      UPDATE run_end SET marks = replace(marks, 'metric ', 'metric 0')
      """)
    let seal = try #require(try records.seal(of: "r1"))
    #expect(!seal.isWhole && seal.changes.map(\.table) == ["run_end"])
  }

  /// A record with the tables of the first version, sealed by that version.
  @Test func sealOfTheFirstVersionIsValid() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("results/assay.sqlite", "")
    do {
      let old = try Database(path)
      try old.execute(RecordSchema.migrations[0])
      try old.execute(
        """
        PRAGMA user_version = 1; PRAGMA application_id = \(RecordSchema.applicationID);
        INSERT INTO pipeline VALUES ('\(Digest.of("{}").hex)', '{}');
        INSERT INTO run VALUES (1, 'r1', 'p', '\(Digest.of("{}").hex)', 'assay', 'h', 'u', 10.5);
        INSERT INTO stage_run VALUES (1, 'r1', 'a', 'a', 'k', NULL, 'executed', 'first', 1, 11.0,
          0.5, 9, 0.25, NULL, NULL, NULL);
        INSERT INTO divergence VALUES (1, 'r1', 'a', 'kk', 'files', 'x', 'y', 12.0);
        """)
      let lines = [
        "[\"run\",1,\"r1\",\"p\",\"\(Digest.of("{}").hex)\",\"assay\",\"h\",\"u\",10.5]",
        "[\"stage_run\",1,\"r1\",\"a\",\"a\",\"k\",null,\"executed\",\"first\",1,11,0.5,9,0.25,null,null,null]",
        "[\"divergence\",1,\"r1\",\"a\",\"kk\",\"files\",\"x\",\"y\",12]",
        "[\"run_end\",\"r1\",\"done\",0,13,0,1,0,0,0,0,null]",
      ]
      let seal = Digest.of(lines.map { $0 + "\n" }.joined())
      try old.execute(
        "INSERT INTO run_end VALUES (1, 'r1', 'done', 0, 13.0, 0, 1, 0, 0, 0, 0, NULL, '\(seal.hex)')"
      )
    }
    let records = try RunRecords(path: path, create: false)
    #expect(try records.database.integer("PRAGMA user_version") == RecordSchema.migrations.count)
    #expect(try records.seal(of: "r1")?.isWhole == true)
    #expect(try records.check().problems == [])
    let second = try finish("r2", records)
    #expect(try records.seal(of: "r2")?.recorded == second)
    #expect(try records.seal(of: "r2")?.isWhole == true)
    try records.database.execute(
      "DROP TRIGGER stage_run_refuses_update; UPDATE stage_run SET record = 'x' WHERE run = 'r1'")
    let changed = try #require(try records.seal(of: "r1"))
    #expect(!changed.isWhole && changed.changes == [], "it has no marks")
  }

  @Test func removedRunBreaksTheChain() throws {
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
