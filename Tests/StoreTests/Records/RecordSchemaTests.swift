import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct RecordSchemaTests {
  @Test func migratesAnEmptyFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.sqlite", "")
    let records = try RunRecords(path: folder.path + "/a.sqlite")
    let version = try records.database.integer("PRAGMA user_version")
    #expect(version == RecordSchema.migrations.count)
    #expect(try records.damage() == [])
    let loose = try records.database.rows(
      "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict"
    ) { $0.text(0) }
    #expect(loose.filter { !$0.hasPrefix("sqlite_") } == [])
  }

  /// Existing records have run every migration, so each must keep producing the same tables.
  @Test func migrationsNeverChange() {
    #expect(
      RecordSchema.migrations.map { Digest.of($0).short }
        == [
          "de70488e4c3e", "37c6c3692789", "fbb4e4dc0061", "778e63764fa5", "22a60e294310",
          "f57c69822610",
        ],
      "a released migration must not change; add a new one")
  }

  @Test func everyTableRefusesChanges() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    try SampleRun(id: "r1").record(in: records)
    _ = try records.finish(run: "r1", status: .done, exit: 0, finished: 1010)
    let tables = try records.database.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ) { $0.text(0) }
    #expect(tables.count == 12)
    for table in tables {
      let count = try records.database.integer("SELECT count(*) FROM \(table)")
      #expect(count > 0, "the sample run has no row in \(table)")
      let column = try records.database.rows(
        "SELECT name FROM pragma_table_info('\(table)') ORDER BY cid DESC LIMIT 1"
      ) { $0.text(0) }
      for deed in ["DELETE FROM \(table)", "UPDATE \(table) SET \(column[0]) = \(column[0])"] {
        let error = #expect(throws: DatabaseError.self) { try records.database.run(deed) }
        #expect(error?.message == "the record is only ever added to")
      }
      #expect(try records.database.integer("SELECT count(*) FROM \(table)") == count)
    }
  }

  @Test func finishedRunRefusesRows() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    let run = SampleRun(id: "r1")
    let number = try run.record(in: records)
    _ = try records.finish(run: "r1", status: .done, exit: 0, finished: 1010)
    func refuses(_ body: () throws -> Void) {
      let error = #expect(throws: StoreError.self) { try body() }
      #expect(error?.system == "the run is finished and sealed")
    }
    refuses { try records.add(run.stage("late")) }
    refuses { try records.add(parameter: "late", value: 1, run: "r1") }
    refuses { try records.add(environment: "late", value: "1", run: "r1") }
    refuses { try records.add(EdgeRow(from: "a", output: "b", to: "c", input: "d"), run: "r1") }
    refuses { try records.add(MetricRow(stageRun: number, metric: StageMetric("late", 1))) }
    refuses {
      try records.add(
        ArtifactRow(
          stageRun: number, port: "late", type: .files, digest: Digest.of("x"), bytes: 0))
    }
    refuses {
      try records.add(
        CheckRow(
          stageRun: number, metric: "m", relation: "at-least", threshold: 0, value: 1, met: true))
    }
    refuses {
      try records.add(
        DivergenceRow(
          run: "r1", cell: "c", key: SampleRun.key, port: "p", existing: "a", found: "b", at: 1))
    }
  }

  @Test func viewsShowMetricsAndRuns() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    try SampleRun(id: "r1").record(in: records)
    try SampleRun(id: "r2").record(in: records)
    _ = try records.finish(run: "r1", status: .failed, exit: 1, finished: 1010.5)
    let latest = try records.database.rows(
      "SELECT run, cell, name, step, value FROM latest_metrics ORDER BY name DESC"
    ) { row in (0..<5).map { row.value($0) } }
    #expect(
      latest == [
        [.text("r2"), .text("scores@backbone=vgg16"), .text("loss"), .integer(2), .real(0.25)],
        [.text("r2"), .text("scores@backbone=vgg16"), .text("kappa"), .null, .null],
      ])
    let wide = try records.database.rows(
      """
      SELECT id, started, seconds, status, hits, executed, checks_missed, parameters
      FROM runs_wide ORDER BY id
      """
    ) { row in (0..<8).map { row.value($0) } }
    let parameters = DatabaseValue.text("{\"data\":\"data\",\"seed\":17}")
    #expect(
      wide == [
        [
          .text("r1"), .text("1970-01-01 00:16:40"), .real(10), .text("failed"), .integer(1),
          .integer(1), .integer(1), parameters,
        ],
        [
          .text("r2"), .text("1970-01-01 00:16:40"), .null, .text("unfinished"), .null, .null,
          .integer(1), parameters,
        ],
      ])
  }
}
