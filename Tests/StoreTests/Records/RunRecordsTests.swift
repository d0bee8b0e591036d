import Foundation
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct RunRecordsTests {
  @Test func reopensARecord() throws {
    let folder = try TemporaryFolder()
    do {
      let records = try folder.records()
      #expect(try records.journalMode() == "wal")
      try SampleRun(id: "r1").record(in: records)
    }
    #expect(try names(in: folder.path + "/results") == ["assay.sqlite"])
    #expect(try folder.records().runs().map(\.run) == [SampleRun(id: "r1").row])
  }

  @Test func readersDoNotCreateARecord() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/results/assay.sqlite"
    let error = #expect(throws: StoreError.self) { try RunRecords(path: path, create: false) }
    #expect(error?.reason == "no record yet; 'assay run' creates it")
    #expect(try names(in: folder.path) == [])
  }

  @Test func refusesANewerRecord() throws {
    let folder = try TemporaryFolder()
    try folder.records().database.execute("PRAGMA user_version = 99")
    let error = #expect(throws: StoreError.self) { try folder.records() }
    #expect(
      error?.reason.hasSuffix("this version of Assay reads up to 6; use a newer Assay") == true)
    #expect(error?.damaged == false)
  }

  @Test func refusesAForeignDatabase() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/foreign.sqlite"
    try Database(path).execute("CREATE TABLE precious (x)")
    let error = #expect(throws: StoreError.self) { try RunRecords(path: path) }
    #expect(error?.reason == "is an SQLite file, but not a record of Assay")
    #expect(try Database(path).integer("SELECT count(*) FROM sqlite_schema") == 1)
  }

  @Test func fileThatIsNotADatabaseIsDamage() throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: "this is no database. ", count: 100)
    let path = try folder.write("assay.sqlite", text)
    let error = #expect(throws: StoreError.self) { try RunRecords(path: path) }
    #expect(error?.damaged == true)
    #expect(try folder.read("assay.sqlite") == text)
  }

  @Test func findsDamagedPages() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/results/assay.sqlite"
    do {
      let records = try folder.records()
      for number in 0..<100 { try SampleRun(id: "run \(number)").record(in: records) }
      #expect(try records.damage() == [])
    }
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    let size = try handle.seekToEnd()
    try handle.seek(toOffset: size / 2)
    try handle.write(contentsOf: Data(repeating: 0xAA, count: Int(size / 4)))
    try handle.close()
    // Depending on the page, opening fails or the check finds it; no damage goes unnoticed.
    do throws(StoreError) {
      #expect(try !RunRecords(path: path).damage().isEmpty)
    } catch {
      #expect(error.damaged)
    }
  }

  @Test func transactionIsAtomic() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    #expect(throws: StoreError.self) {
      try records.transaction { () throws(StoreError) in
        try records.begin(SampleRun(id: "r1").row, pipelineText: SampleRun.text)
        throw StoreError(path: "x", "stopped")
      }
    }
    #expect(try records.runs() == [])
  }

  @Test func idsSortByTime() {
    let id = RunRecords.newRunID(at: 1_795_302_901)
    #expect(id.hasPrefix("20261121-231501-"))
    #expect(id.count == 22)
    #expect(RunRecords.newRunID(at: 0).hasPrefix("19700101-000000-"))
  }

  /// Two other processes and this one write at the same time, and nothing is lost.
  @Test func processesWriteConcurrently() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/results/assay.sqlite"
    async let first = #expect(processExitsWith: .success) { [path = path as String] in
      let records = try RunRecords(path: path)
      for number in 0..<20 { try SampleRun(id: "first-\(number)").record(in: records) }
    }
    async let second = #expect(processExitsWith: .success) { [path = path as String] in
      let records = try RunRecords(path: path)
      for number in 0..<20 { try SampleRun(id: "second-\(number)").record(in: records) }
    }
    let records = try RunRecords(path: path)
    for number in 0..<20 { try SampleRun(id: "third-\(number)").record(in: records) }
    _ = await (first, second)
    let runs = try records.runs()
    #expect(runs.count == 60)
    for run in runs { #expect(try records.metrics(run: run.run.id).count == 3) }
    #expect(try records.damage() == [])
  }

  /// Rows of many cells touch pages all over the indexes; each page is written to the log once.
  @Test func largeTransactionWritesEachPageOnce() throws {
    let folder = try TemporaryFolder()
    let records = try folder.records()
    let row = SampleRun(id: "r1").row
    try records.begin(row, pipelineText: "{}")
    let before = try log(of: folder)
    try records.transaction { () throws(StoreError) in
      for number in 0..<10_000 {
        let key = Digest.of("key \(number)")
        let stage = try records.add(
          StageRunRow(
            run: "r1", cell: "s\(number)", stage: "s\(number)", kind: "k", key: key, status: .hit,
            reason: "its result is in the store", started: row.started))
        try records.add(
          ArtifactRow(
            stageRun: stage, port: "files", type: .files, digest: Digest.of("\(number)"), bytes: 1))
      }
    }
    let pages = try records.database.integer("PRAGMA page_count")
    let page = try records.database.integer("PRAGMA page_size")
    let written = (try log(of: folder) - before) / (page + 24)
    #expect(pages > 500, "otherwise the test says nothing")
    #expect(written <= pages, "\(written) pages written for a record of \(pages)")
  }

  private func log(of folder: TemporaryFolder) throws -> Int {
    let path = folder.path + "/results/assay.sqlite-wal"
    return try #require(FileStatus(path)).size
  }
}
