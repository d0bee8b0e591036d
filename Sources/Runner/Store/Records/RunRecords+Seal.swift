public import PipelineDSL

/// The end of a run before it is sealed.
struct RunEnd {
  /// The raw value of a `RunStatus`, unless the row was changed.
  let status: String
  let exit: Int
  let finished: Double
  let counts: [StageStatus: Int]
  let lastEvent: Int
  /// The seal of the run that ended before, as recorded.
  let previous: String?
  /// The marks of the rows; `nil` for a run sealed by a version of Assay without marks.
  let marks: String?

  /// The row without the seal.
  func columns(run: String) -> [(String, DatabaseValue)] {
    [
      ("run", .text(run)), ("status", .text(status)), ("exit", .integer(exit)),
      ("finished", .real(finished)), ("hits", .integer(counts[.hit] ?? 0)),
      ("executed", .integer(counts[.executed] ?? 0)), ("failed", .integer(counts[.failed] ?? 0)),
      ("skipped", .integer(counts[.skipped] ?? 0)),
      ("interrupted", .integer(counts[.interrupted] ?? 0)), ("last_event", .integer(lastEvent)),
      ("previous_seal", .optional(previous)), ("marks", .optional(marks)),
    ]
  }

  /// The row with the seal.
  func columns(run: String, seal: Digest) -> [(String, DatabaseValue)] {
    columns(run: run) + [("seal", .text(seal.hex))]
  }
}

/// The recorded seal of a finished run, and the seal computed from its current rows.
public struct RunSeal: Sendable, Hashable {
  /// The seal recorded when the run ended.
  public let recorded: Digest
  /// The seal computed from the current rows.
  public let computed: Digest
  /// The seal of the run that ended before it, as recorded with this run.
  public let previous: Digest?
  /// Whether `previous` equals the seal of the run that ended before.
  public let isChained: Bool
  /// The number of rows it covers now.
  public let rows: Int
  /// Where the current rows differ from the sealed ones, as far as can be determined.
  public let changes: [RecordProblem]

  /// Whether nothing has changed since the run ended.
  public var isWhole: Bool { recorded == computed && isChained }
}

extension RunRecords {
  /// The seal of a finished run, recomputed; `nil` if the run has not ended.
  public func seal(of run: String) throws(StoreError) -> RunSeal? {
    let found = try reading { db throws(DatabaseError) in
      try db.rows(
        """
        SELECT status, exit, finished, hits, executed, failed, skipped, interrupted, last_event,
          previous_seal, seal, number,
          (SELECT seal FROM run_end AS earlier WHERE earlier.number < run_end.number
            ORDER BY earlier.number DESC LIMIT 1), marks
        FROM run_end WHERE run = ?
        """, [.text(run)]
      ) { row in
        let end = RunEnd(
          status: row.text(0), exit: row.integer(1), finished: row.real(2),
          counts: [
            .hit: row.integer(3), .executed: row.integer(4), .failed: row.integer(5),
            .skipped: row.integer(6), .interrupted: row.integer(7),
          ],
          lastEvent: row.integer(8), previous: row.optionalText(9), marks: row.optionalText(13))
        return (end, Digest(hex: row.text(10)), row.integer(11), row.optionalText(12))
      }.first
    }
    guard let (end, recorded, number, before) = found else { return nil }
    guard let recorded else {
      throw StoreError(
        path: path, "the seal of run \(run), in run_end \(number), is not a digest", damaged: true)
    }
    let rows = try sealedRows(run: run, lastEvent: end.lastEvent)
    let computed = Self.seal(run: run, rows: rows, end: end)
    return RunSeal(
      recorded: recorded, computed: computed, previous: end.previous.flatMap { Digest(hex: $0) },
      isChained: end.previous == before, rows: rows.count + 1,
      changes: recorded == computed ? [] : Self.changes(to: rows, end: end, row: number))
  }

  /// The seal of the run that ended last.
  func latestSeal() throws(StoreError) -> String? {
    try reading { db throws(DatabaseError) in
      try db.rows("SELECT seal FROM run_end ORDER BY number DESC LIMIT 1") { $0.text(0) }
    }.first
  }

  /// SHA-256 over every row of a run, one line per row: the table's name and the values as JSON.
  ///
  /// Covers the text of the pipeline by its digest, what the run found, events up to its end, the
  /// end itself and the previous seal.
  static func seal(run: String, rows: [SealedRow], end: RunEnd) -> Digest {
    var hasher = DigestHasher()
    for row in rows { hasher.update(Array(row.line.utf8)) }
    hasher.update(Array(line("run_end", end.columns(run: run).map(\.1)).utf8))
    return hasher.finish()
  }

  /// The rows of a run in the order of its seal, except its end.
  func sealedRows(run: String, lastEvent: Int) throws(StoreError) -> [SealedRow] {
    var queries = RecordSchema.runTables.map { table in
      let column = table == "run" ? "id" : "run"
      return (table, "SELECT number, * FROM \(table) WHERE \(column) = ?1 ORDER BY number")
    }
    for table in RecordSchema.stageTables {
      queries.append(
        (
          table,
          """
          SELECT number, * FROM \(table)
          WHERE stage_run IN (SELECT number FROM stage_run WHERE run = ?1) ORDER BY number
          """
        ))
    }
    queries.append(
      ("divergence", "SELECT number, * FROM divergence WHERE run = ?1 ORDER BY number"))
    queries.append(
      (
        "event",
        "SELECT number, * FROM event WHERE run = ?1 AND number <= ?2 ORDER BY number"
      ))
    return try reading { db throws(DatabaseError) in
      var rows: [SealedRow] = []
      for (table, sql) in queries {
        let values: [DatabaseValue] =
          table == "event" ? [.text(run), .integer(lastEvent)] : [.text(run)]
        try db.forEachRow(sql, values) { row in
          let line = Self.line(table, (1..<row.count).map { row.value($0) })
          rows.append(SealedRow(table: table, number: row.integer(0), line: line))
        }
      }
      return rows
    }
  }

  /// Where a run whose seal does not match was changed, according to its marks if it has any.
  private static func changes(to rows: [SealedRow], end: RunEnd, row: Int) -> [RecordProblem] {
    let itself = RecordProblem(
      table: "run_end", row: row, expected: "the end that was sealed",
      found: "another status, count, time, last event, earlier seal, marks or seal")
    guard let text = end.marks else { return [] }
    guard let marks = RowMarks(text: text) else { return [itself] }
    let changes = marks.changes(to: rows)
    return changes.isEmpty ? [itself] : changes
  }

  private static func line(_ table: String, _ values: [DatabaseValue]) -> String {
    let later = RecordSchema.laterColumns[table] ?? []
    func json(_ value: DatabaseValue) -> JSONValue {
      switch value {
      case .null: .null
      case .integer(let number): .integer(number)
      case .real(let number): number.isFinite ? .number(number) : .string(number.description)
      case .text(let text): .string(text)
      }
    }
    var elements = [.string(table)] + values.dropLast(later.count).map(json)
    let filled = zip(later, values.suffix(later.count)).filter { $0.1 != .null }
    if !filled.isEmpty {
      elements.append(.object(JSONObject(filled.map { ($0.0, json($0.1)) })))
    }
    return JSONCanonicalForm.text(of: .array(elements)) + "\n"
  }
}

/// A row of the record, or another part of its file, that is not as it was written.
public struct RecordProblem: Sendable, Hashable {
  /// The table.
  public let table: String
  /// The number of the row, if a single row can be identified.
  public let row: Int?
  /// What was expected.
  public let expected: String
  /// What was found.
  public let found: String

  /// Creates a problem.
  public init(table: String, row: Int? = nil, expected: String, found: String) {
    (self.table, self.row, self.expected, self.found) = (table, row, expected, found)
  }
}
