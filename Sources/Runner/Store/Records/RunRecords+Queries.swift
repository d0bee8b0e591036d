public import PipelineDSL

extension RunRecords {
  /// The latest runs, newest first, of one pipeline or of all.
  public func runs(
    limit: Int = .max, pipeline: String? = nil
  ) throws(StoreError) -> [RunSummary] {
    try summaries(
      "WHERE ?1 IS NULL OR pipeline = ?1 ORDER BY run.number DESC LIMIT ?2",
      [.optional(pipeline), .integer(limit)])
  }

  /// The run for a reference: an id, a prefix of one, a tag, `latest`, `latest~1`, or with the name
  /// of a pipeline `latest:demo` and `latest:demo~1`.
  ///
  /// `pipeline` is the one that `latest` without a name means; `nil` for any.
  ///
  /// - Throws: `StoreError` if there is no such run, with the nearest name, or if several ids begin
  ///   with the reference.
  public func run(_ reference: String, pipeline: String? = nil) throws(StoreError) -> RunSummary {
    if let latest = LatestReference(reference) {
      let wanted = latest.pipeline ?? pipeline
      let runs = try summaries(
        "WHERE ?1 IS NULL OR pipeline = ?1 ORDER BY run.number DESC LIMIT 1 OFFSET ?2",
        [.optional(wanted), .integer(latest.steps)])
      guard let run = runs.first else { throw try tooFew(reference, wanted) }
      return run
    }
    if let exact = try summaries("WHERE run.id = ?", [.text(reference)]).first { return exact }
    if let tagged = try run(tagged: reference) {
      return try run(tagged)
    }
    let found = try summaries(
      "WHERE run.id >= ?1 AND run.id < ?1 || char(0x10FFFF) ORDER BY run.id LIMIT 10",
      [.text(reference)])
    if let only = found.first, found.count == 1, !reference.isEmpty { return only }
    guard found.isEmpty else {
      let names = found.map(\.run.id).joined(separator: ", ")
      throw StoreError(path: path, "several runs begin with '\(reference)': \(names)")
    }
    let known = try reading { db throws(DatabaseError) in
      try db.rows("SELECT id FROM run") { $0.text(0) }
        + db.rows("SELECT DISTINCT subject FROM event WHERE kind = 'tag'") { $0.text(0) }
    }
    let hint = NearestName.find(reference, among: known).map { "; did you mean '\($0)'?" } ?? ""
    throw StoreError(path: path, "no run '\(reference)'\(hint)")
  }

  /// The id of the run that currently has a tag, according to the events `tag` and `untag`.
  public func run(tagged name: String) throws(StoreError) -> String? {
    try reading { db throws(DatabaseError) in
      try db.rows(
        """
        SELECT kind, run FROM event WHERE kind IN ('tag', 'untag') AND subject = ?
        ORDER BY number DESC LIMIT 1
        """, [.text(name)]
      ) { $0.text(0) == "tag" ? $0.optionalText(1) : nil }
    }.first ?? nil
  }

  /// The newest run of the same pipeline name that began before a run, has ended, and has a result.
  public func previousRun(before run: String) throws(StoreError) -> RunSummary? {
    try summaries(
      """
      WHERE pipeline = (SELECT pipeline FROM run WHERE id = ?1)
        AND run.number < (SELECT number FROM run WHERE id = ?1) AND hits + executed > 0
      ORDER BY run.number DESC LIMIT 1
      """, [.text(run)]
    ).first
  }

  /// The text of the pipeline with a digest, verified against it.
  public func pipelineText(_ digest: Digest) throws(StoreError) -> String? {
    let text = try reading { db throws(DatabaseError) in
      try db.rows("SELECT text FROM pipeline WHERE digest = ?", [.text(digest.hex)]) { $0.text(0) }
    }.first
    guard let text else { return nil }
    guard Digest.of(text) == digest else {
      throw StoreError(
        path: path, "the text of pipeline \(digest.short) was modified", damaged: true)
    }
    return text
  }

  /// The stages of a run, in the order in which they were recorded.
  public func stageRuns(run: String) throws(StoreError) -> [StageRunRow] {
    try stageRuns("WHERE run = ? ORDER BY number", [.text(run)])
  }

  /// The latest stage run that computed the result under a key.
  public func execution(of key: Digest) throws(StoreError) -> StageRunRow? {
    try stageRuns(
      "WHERE key = ? AND status = 'executed' ORDER BY number DESC LIMIT 1", [.text(key.hex)]
    ).first
  }

  /// For each key of a run's hits, the latest stage run that computed its result, in one query.
  public func executions(ofHitsIn run: String) throws(StoreError) -> [Digest: StageRunRow] {
    let rows = try stageRuns(
      """
      WHERE number IN (
        SELECT max(number) FROM stage_run WHERE status = 'executed'
          AND key IN (SELECT key FROM stage_run WHERE run = ? AND status = 'hit') GROUP BY key)
      """, [.text(run)])
    return Dictionary(rows.compactMap { row in row.key.map { ($0, row) } }) { $1 }
  }

  /// The latest executions of a stage kind on a host, newest first.
  public func executions(
    kind: String, host: String, limit: Int
  ) throws(StoreError) -> [StageRunRow] {
    try stageRuns(
      """
      WHERE status = 'executed' AND kind = ? AND run IN (SELECT id FROM run WHERE host = ?)
      ORDER BY number DESC LIMIT ?
      """, [.text(kind), .text(host), .integer(limit)])
  }

  /// The number of the latest attempt at a key without a result; 0 if there was none since the last
  /// success.
  public func attempts(at key: Digest) throws(StoreError) -> Int {
    try reading { db throws(DatabaseError) in
      try db.integer(
        """
        SELECT max(attempt) FROM stage_run
        WHERE key = ?1 AND status IN ('failed', 'interrupted') AND number > ifnull(
          (SELECT max(number) FROM stage_run WHERE key = ?1 AND status = 'executed'), 0)
        """, [.text(key.hex)])
    }
  }

  /// The earlier keys of a stage, newest first: one row per cell and run, except those of one run.
  public func earlierKeys(
    stage: String, pipeline: String, limit: Int, except run: String? = nil
  ) throws(StoreError) -> [EarlierKey] {
    try decoding(
      """
      SELECT cell, key, run FROM stage_run JOIN run ON run.id = run
      WHERE stage = ? AND pipeline = ? AND key IS NOT NULL AND stage_run.run IS NOT ?
      ORDER BY stage_run.number DESC LIMIT ?
      """, [.text(stage), .text(pipeline), .optional(run), .integer(limit)]
    ) { row in
      Digest(hex: row.text(1)).map { EarlierKey(cell: row.text(0), key: $0, run: row.text(2)) }
    }
  }

  /// The artifacts of a run's stages.
  public func artifacts(run: String) throws(StoreError) -> [ArtifactRow] {
    try decoding(
      """
      SELECT stage_run, port, type, digest, bytes FROM artifact
      WHERE stage_run IN (SELECT number FROM stage_run WHERE run = ?) ORDER BY number
      """, [.text(run)]
    ) { row in
      guard let type = ArtifactType(rawValue: row.text(2)), let digest = Digest(hex: row.text(3))
      else { return nil }
      return ArtifactRow(
        stageRun: row.integer(0), port: row.text(1), type: type, digest: digest,
        bytes: row.integer(4))
    }
  }

  /// The metrics that a run's stages reported, of all names or of some.
  public func metrics(run: String, names: Set<String>? = nil) throws(StoreError) -> [MetricRow] {
    let list = names.map { JSONCanonicalForm.text(of: .array($0.sorted().map { .string($0) })) }
    // By name the index finds the rows; whether it is asked decides how the whole table is read.
    let filter = list == nil ? "" : "AND name IN (SELECT value FROM json_each(?2))"
    return try decoding(
      """
      SELECT stage_run, name, step, value FROM metric
      WHERE stage_run IN (SELECT number FROM stage_run WHERE run = ?1) \(filter) ORDER BY number
      """, [.text(run)] + (list.map { [.text($0)] } ?? [])
    ) { row in
      MetricRow(
        stageRun: row.integer(0),
        metric: StageMetric(
          row.text(1), step: row.optionalInteger(2), row.optionalReal(3) ?? .nan))
    }
  }

  /// The checks of a run, and how they were evaluated.
  public func checks(run: String) throws(StoreError) -> [CheckRow] {
    try decoding(
      """
      SELECT stage_run, metric, relation, threshold, value, met FROM check_result
      WHERE stage_run IN (SELECT number FROM stage_run WHERE run = ?) ORDER BY number
      """, [.text(run)]
    ) { row in
      CheckRow(
        stageRun: row.integer(0), metric: row.text(1), relation: row.text(2),
        threshold: row.real(3), value: row.optionalReal(4), met: row.integer(5) == 1)
    }
  }

  /// The connections between the cells of a run.
  public func edges(run: String) throws(StoreError) -> [EdgeRow] {
    try decoding(
      "SELECT from_cell, output, to_cell, input FROM stage_edge WHERE run = ? ORDER BY number",
      [.text(run)]
    ) { EdgeRow(from: $0.text(0), output: $0.text(1), to: $0.text(2), input: $0.text(3)) }
  }

  /// The parameters of a run, sorted by name.
  public func parameters(run: String) throws(StoreError) -> [(name: String, value: JSONValue)] {
    try decoding(
      "SELECT name, value FROM parameter WHERE run = ? ORDER BY name", [.text(run)]
    ) { row in
      (try? JSONParser.parse(row.text(1))).map { (name: row.text(0), value: $0) }
    }
  }

  /// The environment of a run, sorted by name.
  public func environment(run: String) throws(StoreError) -> [(name: String, value: String)] {
    try decoding(
      "SELECT name, value FROM environment WHERE run = ? ORDER BY name", [.text(run)]
    ) { (name: $0.text(0), value: $0.text(1)) }
  }

  /// The divergences that a run found, and those that an audit found for its keys, or all; oldest
  /// first.
  public func divergences(run: String? = nil) throws(StoreError) -> [DivergenceRow] {
    try decoding(
      """
      SELECT run, cell, key, port, existing, found, file, at FROM divergence
      WHERE ?1 IS NULL OR run = ?1
        OR run IS NULL AND key IN (SELECT key FROM stage_run WHERE run = ?1)
      ORDER BY number
      """, [.optional(run)]
    ) { row in
      Digest(hex: row.text(2)).map {
        DivergenceRow(
          run: row.optionalText(0), cell: row.text(1), key: $0, port: row.text(3),
          existing: row.text(4), found: row.text(5), file: row.optionalText(6), at: row.real(7))
      }
    }
  }

  /// The events of a run, or all; oldest first.
  public func events(run: String? = nil) throws(StoreError) -> [EventRow] {
    try decoding(
      """
      SELECT number, run, kind, subject, text, at FROM event
      WHERE ?1 IS NULL OR run = ?1 ORDER BY number
      """, [.optional(run)]
    ) { row in
      var event = EventRow(
        run: row.optionalText(1), kind: row.text(2), subject: row.text(3), text: row.text(4),
        at: row.real(5))
      event.id = row.integer(0)
      return event
    }
  }

  // MARK: Helpers

  /// The number of stages of a run with each status.
  func statusCounts(run: String) throws(StoreError) -> [StageStatus: Int] {
    let pairs = try decoding(
      "SELECT status, count(*) FROM stage_run WHERE run = ? GROUP BY status", [.text(run)]
    ) { row in StageStatus(rawValue: row.text(0)).map { ($0, row.integer(1)) } }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// Why a reference to a latest run names none.
  private func tooFew(_ reference: String, _ pipeline: String?) throws(StoreError) -> StoreError {
    guard let pipeline else {
      return StoreError(path: path, "no run '\(reference)': too few runs are recorded")
    }
    let known = try pipelines()
    guard known.contains(pipeline) else {
      return StoreError(
        path: path,
        "no run '\(reference)': the record has no pipeline '\(pipeline)'"
          + NearestName.hint(for: pipeline, among: known))
    }
    return StoreError(
      path: path, "no run '\(reference)': too few runs of '\(pipeline)' are recorded")
  }

  /// The names of all recorded pipelines, the one with the latest run first.
  public func pipelines() throws(StoreError) -> [String] {
    try reading { db throws(DatabaseError) in
      try db.rows("SELECT pipeline FROM run GROUP BY pipeline ORDER BY max(number) DESC") {
        $0.text(0)
      }
    }
  }

  /// Reads rows; one that the closure cannot decode is damage.
  private func decoding<Value>(
    _ sql: String, _ values: [DatabaseValue], _ read: (Row) -> Value?
  ) throws(StoreError) -> [Value] {
    let rows = try reading { db throws(DatabaseError) in try db.rows(sql, values, read) }
    let good = rows.compactMap(\.self)
    guard good.count == rows.count else {
      throw StoreError(path: path, "a row of the record is invalid", damaged: true)
    }
    return good
  }

  private func summaries(
    _ filter: String, _ values: [DatabaseValue]
  ) throws(StoreError) -> [RunSummary] {
    try decoding(
      """
      SELECT id, pipeline, pipeline_digest, command, host, user, started,
        run_end.status, exit, finished, hits, executed, failed, skipped, interrupted, seal
      FROM run LEFT JOIN run_end ON run_end.run = run.id \(filter)
      """, values
    ) { row in
      guard let digest = Digest(hex: row.text(2)) else { return nil }
      let run = RunRow(
        id: row.text(0), pipeline: row.text(1), pipelineDigest: digest, command: row.text(3),
        host: row.text(4), user: row.text(5), started: row.real(6))
      if row.isNull(7) { return RunSummary(run: run, end: nil) }
      guard let status = RunStatus(rawValue: row.text(7)), let seal = Digest(hex: row.text(15))
      else { return nil }
      let counts: [StageStatus: Int] = [
        .hit: row.integer(10), .executed: row.integer(11), .failed: row.integer(12),
        .skipped: row.integer(13), .interrupted: row.integer(14),
      ]
      let end = RunEndRow(
        status: status, exit: row.integer(8), finished: row.real(9), counts: counts, seal: seal)
      return RunSummary(run: run, end: end)
    }
  }

  private func stageRuns(
    _ filter: String, _ values: [DatabaseValue]
  ) throws(StoreError) -> [StageRunRow] {
    try decoding(
      """
      SELECT number, run, cell, stage, kind, key, status, reason, attempt, started, seconds,
        peak_memory, cpu_seconds, exit, log, scratch, record, signal,
        node, job, queue_seconds
      FROM stage_run \(filter)
      """, values
    ) { row in
      guard let status = StageStatus(rawValue: row.text(6)) else { return nil }
      var stage = StageRunRow(
        run: row.text(1), cell: row.text(2), stage: row.text(3), kind: row.text(4),
        key: row.optionalText(5).flatMap { Digest(hex: $0) }, status: status,
        reason: row.text(7), started: row.real(9))
      stage.id = row.integer(0)
      stage.attempt = row.integer(8)
      stage.seconds = row.real(10)
      (stage.peakMemory, stage.cpuSeconds) = (row.integer(11), row.real(12))
      stage.end =
        row.optionalText(17).map { .signalled($0) } ?? row.optionalInteger(13).map { .exited($0) }
      stage.log = row.optionalText(14).flatMap { Digest(hex: $0) }
      stage.scratch = row.optionalText(15)
      stage.record = row.optionalText(16).flatMap { Digest(hex: $0) }
      (stage.node, stage.job) = (row.optionalText(18), row.optionalText(19))
      stage.queueSeconds = row.isNull(20) ? nil : row.real(20)
      return stage
    }
  }
}
