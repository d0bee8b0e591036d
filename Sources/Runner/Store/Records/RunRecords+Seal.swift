public import PipelineDSL

/// The end of a run before it is sealed.
struct RunEnd {
  let status: RunStatus
  let exit: Int
  let finished: Double
  let counts: [StageStatus: Int]
  let lastEvent: Int
  /// The seal of the run that ended before, as it is written.
  let previous: String?

  /// The row without the seal.
  func columns(run: String) -> [(String, DatabaseValue)] {
    [
      ("run", .text(run)), ("status", .text(status.rawValue)), ("exit", .integer(exit)),
      ("finished", .real(finished)), ("hits", .integer(counts[.hit] ?? 0)),
      ("executed", .integer(counts[.executed] ?? 0)), ("failed", .integer(counts[.failed] ?? 0)),
      ("skipped", .integer(counts[.skipped] ?? 0)),
      ("interrupted", .integer(counts[.interrupted] ?? 0)), ("last_event", .integer(lastEvent)),
      ("previous_seal", .optional(previous)),
    ]
  }

  /// The row with the seal.
  func columns(run: String, seal: Digest) -> [(String, DatabaseValue)] {
    columns(run: run) + [("seal", .text(seal.hex))]
  }
}

/// The seal of a finished run as it was recorded, and as it follows from the rows of today.
public struct RunSeal: Sendable, Hashable {
  /// What was recorded when the run ended.
  public let recorded: Digest
  /// What the rows give now.
  public let computed: Digest
  /// The seal that the run took over from the run that ended before it.
  public let previous: Digest?
  /// Whether `previous` is what the record says of the run that ended before.
  public let isChained: Bool

  /// Whether nothing was changed since the run ended.
  public var isWhole: Bool { recorded == computed && isChained }
}

extension RunRecords {
  /// The seal of a finished run, computed anew; `nil` if the run has not ended.
  public func seal(of run: String) throws(StoreError) -> RunSeal? {
    let found = try reading { db throws(DatabaseError) in
      try db.rows(
        """
        SELECT status, exit, finished, hits, executed, failed, skipped, interrupted, last_event,
          previous_seal, seal, number,
          (SELECT seal FROM run_end AS earlier WHERE earlier.number < run_end.number
            ORDER BY earlier.number DESC LIMIT 1)
        FROM run_end WHERE run = ?
        """, [.text(run)]
      ) { row in
        let end = RunEnd(
          status: RunStatus(rawValue: row.text(0)) ?? .failed, exit: row.integer(1),
          finished: row.real(2),
          counts: [
            .hit: row.integer(3), .executed: row.integer(4), .failed: row.integer(5),
            .skipped: row.integer(6), .interrupted: row.integer(7),
          ],
          lastEvent: row.integer(8), previous: row.optionalText(9))
        return (end, Digest(hex: row.text(10)), row.optionalText(12))
      }.first
    }
    guard let (end, recorded, before) = found else { return nil }
    guard let recorded else {
      throw StoreError(path: path, "the seal of run \(run) is no digest", damaged: true)
    }
    return RunSeal(
      recorded: recorded, computed: try computeSeal(run: run, end: end),
      previous: end.previous.flatMap { Digest(hex: $0) }, isChained: end.previous == before)
  }

  /// The seal of the run that ended last.
  func latestSeal() throws(StoreError) -> String? {
    try reading { db throws(DatabaseError) in
      try db.rows("SELECT seal FROM run_end ORDER BY number DESC LIMIT 1") { $0.text(0) }
    }.first
  }

  /// SHA-256 over every row of a run, a line each: the table's name and the values as JSON.
  ///
  /// Covers the pipeline's text by its digest, what was found in the run, events up to its end, the
  /// end itself and the seal before.
  func computeSeal(run: String, end: RunEnd) throws(StoreError) -> Digest {
    var lines: [String] = []
    var queries = RecordSchema.runTables.map { table in
      let column = table == "run" ? "id" : "run"
      return (table, "SELECT * FROM \(table) WHERE \(column) = ?1 ORDER BY number")
    }
    for table in RecordSchema.stageTables {
      queries.append(
        (
          table,
          """
          SELECT * FROM \(table)
          WHERE stage_run IN (SELECT number FROM stage_run WHERE run = ?1) ORDER BY number
          """
        ))
    }
    queries.append(("divergence", "SELECT * FROM divergence WHERE run = ?1 ORDER BY number"))
    queries.append(
      (
        "event",
        "SELECT * FROM event WHERE run = ?1 AND number <= \(end.lastEvent) ORDER BY number"
      ))
    try reading { db throws(DatabaseError) in
      for (table, sql) in queries {
        try db.forEachRow(sql, [.text(run)]) { row in
          lines.append(Self.line(table, (0..<row.count).map { row.value($0) }))
        }
      }
    }
    lines.append(Self.line("run_end", end.columns(run: run).map(\.1)))
    var hasher = DigestHasher()
    for line in lines { hasher.update(Array(line.utf8)) }
    return hasher.finish()
  }

  private static func line(_ table: String, _ values: [DatabaseValue]) -> String {
    let json = values.map { value -> JSONValue in
      switch value {
      case .null: .null
      case .integer(let number): .integer(number)
      case .real(let number): number.isFinite ? .number(number) : .string(number.description)
      case .text(let text): .string(text)
      }
    }
    return JSONCanonicalForm.text(of: .array([.string(table)] + json)) + "\n"
  }
}
