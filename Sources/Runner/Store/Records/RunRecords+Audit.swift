public import PipelineDSL

/// The outcome of checking the record as a whole.
public struct RecordCheck: Sendable {
  /// The number of rows in all tables.
  public let rows: Int
  /// The number of tables, indexes, triggers and views compared with this code's definitions.
  public let definitions: Int
  /// The number of pipeline texts compared with their digests.
  public let pipelines: Int
  /// The problems found.
  public let problems: [RecordProblem]
}

extension RunRecords {
  /// Checks the record as a whole: its integrity by SQLite, references between rows, the
  /// definitions of tables, indexes, triggers and views, the texts of pipelines, and the numbers of
  /// ends.
  ///
  /// - Throws: `StoreError` if SQLite cannot read the file.
  public func check() throws(StoreError) -> RecordCheck {
    let expected = try Self.definitions(of: Self.empty(), path)
    let found = try Self.definitions(of: database, path)
    var problems = try brokenPages()
    for name in Set(expected.keys).union(found.keys).sorted() where expected[name] != found[name] {
      problems.append(
        RecordProblem(
          table: "sqlite_schema", expected: expected[name] ?? "no '\(name)'",
          found: found[name] ?? "no '\(name)'"))
    }
    var rows = 0
    var pipelines = 0
    try reading { db throws(DatabaseError) in
      for table in ["pipeline", "run_end", "divergence", "event"] + RecordSchema.runTables
        + RecordSchema.stageTables
      {
        rows += try db.integer("SELECT count(*) FROM \(table)")
      }
      try db.forEachRow("SELECT rowid, digest, text FROM pipeline ORDER BY rowid") { row in
        pipelines += 1
        let digest = Digest.of(row.text(2)).hex
        guard digest != row.text(1) else { return }
        problems.append(
          RecordProblem(
            table: "pipeline", row: row.integer(0), expected: "a text of SHA-256 \(row.text(1))",
            found: "SHA-256 \(digest)"))
      }
      var next = 1
      try db.forEachRow("SELECT number, run FROM run_end ORDER BY number") { row in
        if row.integer(0) != next {
          problems.append(
            RecordProblem(
              table: "run_end", row: row.integer(0),
              expected: "number \(next), as ends are "
                + "numbered without gaps", found: "the end of run \(row.text(1))"))
        }
        next = row.integer(0) + 1
      }
    }
    return RecordCheck(
      rows: rows, definitions: expected.count, pipelines: pipelines, problems: problems)
  }

  /// The runs that ended, in the order of their seals.
  public func endedRuns() throws(StoreError) -> [String] {
    try reading { db throws(DatabaseError) in
      try db.rows("SELECT run FROM run_end ORDER BY number") { $0.text(0) }
    }
  }

  /// The ids of all runs, including those whose other columns are invalid.
  public func runIDs() throws(StoreError) -> [String] {
    try reading { db throws(DatabaseError) in
      try db.rows("SELECT id FROM run ORDER BY number") { $0.text(0) }
    }
  }

  /// The seals that begin with the given digits, and their runs.
  public func seals(beginning digits: String) throws(StoreError) -> [(run: String, seal: String)] {
    try reading { db throws(DatabaseError) in
      try db.rows("SELECT run, seal FROM run_end ORDER BY number") { ($0.text(0), $0.text(1)) }
        .filter { $0.1.hasPrefix(digits) }
    }
  }

  /// The latest run that recorded a key file with a seal under a key; `nil` if there is none.
  public func hasRecorded(_ seal: Digest, under key: Digest) throws(StoreError) -> String? {
    try reading { db throws(DatabaseError) in
      try db.rows(
        "SELECT run FROM stage_run WHERE key = ? AND record = ? ORDER BY number DESC LIMIT 1",
        [.text(key.hex), .text(seal.hex)]
      ) { $0.text(0) }
    }.first
  }

  // MARK: Helpers

  private func brokenPages() throws(StoreError) -> [RecordProblem] {
    try reading { db throws(DatabaseError) in
      try db.rows("PRAGMA integrity_check") { $0.text(0) }.filter { $0 != "ok" }
        .map { RecordProblem(table: "sqlite", expected: "a sound file", found: $0) }
        + db.rows("PRAGMA foreign_key_check") { row in
          RecordProblem(
            table: row.text(0), row: row.integer(1),
            expected: "a row of \(row.text(2)) that it refers to", found: "none")
        }
    }
  }

  private static func empty() throws(StoreError) -> Database {
    do throws(DatabaseError) {
      let database = try Database(":memory:")
      for step in RecordSchema.migrations { try database.execute(step) }
      return database
    } catch {
      throw error.asStoreError(":memory:")
    }
  }

  private static func definitions(
    of database: Database, _ path: String
  ) throws(StoreError) -> [String: String] {
    do throws(DatabaseError) {
      let pairs = try database.rows(
        "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
      ) { ($0.text(0), $0.text(1)) }
      return Dictionary(pairs) { first, second in first + second }
    } catch {
      throw error.asStoreError(path)
    }
  }
}
