public import PipelineDSL

extension RunRecords {
  /// Records the start of a run, with the text of its pipeline.
  public func begin(_ run: RunRow, pipelineText: String) throws(StoreError) {
    try transaction { () throws(StoreError) in
      do throws(DatabaseError) {
        try database.run(
          "INSERT OR IGNORE INTO pipeline (digest, text) VALUES (?, ?)",
          [.text(run.pipelineDigest.hex), .text(pipelineText)])
      } catch {
        throw error.asStoreError(path)
      }
      try insert(
        "run",
        [
          ("id", .text(run.id)), ("pipeline", .text(run.pipeline)),
          ("pipeline_digest", .text(run.pipelineDigest.hex)), ("command", .text(run.command)),
          ("host", .text(run.host)), ("user", .text(run.user)), ("started", .real(run.started)),
        ])
    }
  }

  /// Records the value of a pipeline parameter in a run.
  public func add(parameter name: String, value: JSONValue, run: String) throws(StoreError) {
    try insert(
      "parameter",
      [
        ("run", .text(run)), ("name", .text(name)),
        ("value", .text(JSONCanonicalForm.text(of: value))),
      ])
  }

  /// Records a property of a run's environment.
  public func add(environment name: String, value: String, run: String) throws(StoreError) {
    try insert(
      "environment", [("run", .text(run)), ("name", .text(name)), ("value", .text(value))])
  }

  /// Records the outcome of a stage; returns the number that artifacts, metrics and checks refer
  /// to.
  @discardableResult
  public func add(_ row: StageRunRow) throws(StoreError) -> Int {
    try insert(
      "stage_run",
      [
        ("run", .text(row.run)), ("cell", .text(row.cell)), ("stage", .text(row.stage)),
        ("kind", .text(row.kind)), ("key", .optional(row.key?.hex)),
        ("status", .text(row.status.rawValue)), ("reason", .text(row.reason)),
        ("attempt", .integer(row.attempt)), ("started", .real(row.started)),
        ("seconds", .real(row.seconds)), ("peak_memory", .integer(row.peakMemory)),
        ("cpu_seconds", .real(row.cpuSeconds)), ("exit", .optional(row.end?.code)),
        ("log", .optional(row.log?.hex)), ("scratch", .optional(row.scratch)),
        ("record", .optional(row.record?.hex)), ("signal", .optional(row.end?.signal)),
        ("node", .optional(row.node)), ("job", .optional(row.job)),
        ("queue_seconds", .optional(row.queueSeconds)),
      ])
  }

  /// Records an artifact of a stage.
  public func add(_ row: ArtifactRow) throws(StoreError) {
    try insert(
      "artifact",
      [
        ("stage_run", .integer(row.stageRun)), ("port", .text(row.port)),
        ("type", .text(row.type.rawValue)), ("digest", .text(row.digest.hex)),
        ("bytes", .integer(row.bytes)),
      ])
  }

  /// Records a metric that a stage reported.
  public func add(_ row: MetricRow) throws(StoreError) {
    try insert(
      "metric",
      [
        ("stage_run", .integer(row.stageRun)), ("name", .text(row.metric.name)),
        ("step", .optional(row.metric.step)), ("value", .real(row.metric.value)),
      ])
  }

  /// Records the outcome of a check.
  public func add(_ row: CheckRow) throws(StoreError) {
    try insert(
      "check_result",
      [
        ("stage_run", .integer(row.stageRun)), ("metric", .text(row.metric)),
        ("relation", .text(row.relation)), ("threshold", .real(row.threshold)),
        ("value", .optional(row.value)), ("met", .integer(row.met ? 1 : 0)),
      ])
  }

  /// Records a connection between two cells.
  public func add(_ row: EdgeRow, run: String) throws(StoreError) {
    try insert(
      "stage_edge",
      [
        ("run", .text(run)), ("from_cell", .text(row.from)), ("output", .text(row.output)),
        ("to_cell", .text(row.to)), ("input", .text(row.input)),
      ])
  }

  /// Records a divergence.
  public func add(_ row: DivergenceRow) throws(StoreError) {
    try insert(
      "divergence",
      [
        ("run", .optional(row.run)), ("cell", .text(row.cell)), ("key", .text(row.key.hex)),
        ("port", .text(row.port)), ("existing", .text(row.existing)), ("found", .text(row.found)),
        ("at", .real(row.at)), ("file", .optional(row.file)),
      ])
  }

  /// Records an event; for a finished run, outside its seal.
  public func add(_ row: EventRow) throws(StoreError) {
    try insert(
      "event",
      [
        ("run", .optional(row.run)), ("kind", .text(row.kind)), ("subject", .text(row.subject)),
        ("text", .text(row.text)), ("at", .real(row.at)),
      ])
  }

  /// Records the end of a run and seals it; returns the seal.
  ///
  /// Afterwards only events can be added to the run.
  public func finish(
    run: String, status: RunStatus, exit: Int, finished: Double
  ) throws(StoreError) -> Digest {
    try transaction { () throws(StoreError) in
      let previous = try latestSeal()
      let lastEvent = try reading { db throws(DatabaseError) in
        try db.integer("SELECT max(number) FROM event WHERE run = ?", [.text(run)])
      }
      let counts = try statusCounts(run: run)
      let rows = try sealedRows(run: run, lastEvent: lastEvent)
      let end = RunEnd(
        status: status.rawValue, exit: exit, finished: finished, counts: counts,
        lastEvent: lastEvent,
        previous: previous, marks: RowMarks(rows).text)
      let seal = Self.seal(run: run, rows: rows, end: end)
      try insert("run_end", end.columns(run: run, seal: seal))
      return seal
    }
  }
}
