public import PipelineDSL

extension RunRecords {
  /// The marks of each run, by its id.
  public func marks() throws(StoreError) -> [String: RunMarks] {
    RunMarks.all(
      try reading { db throws(DatabaseError) in
        try db.rows(
          """
          SELECT run, kind, subject, at FROM event
          WHERE kind IN ('tag', 'untag', 'pin', 'unpin') ORDER BY number
          """
        ) { row in
          EventRow(
            run: row.optionalText(0), kind: row.text(1), subject: row.text(2), at: row.real(3))
        }
      })
  }

  /// The runs whose results are kept: pinned and tagged ones, and the newest successful one and the
  /// last `count` ones of each pipeline.
  public func keptRuns(latest count: Int) throws(StoreError) -> [KeptRun] {
    var reasons: [String: [KeepReason]] = [:]
    for (run, marks) in try marks() {
      let own = marks.tags.map { KeepReason.tag($0) } + (marks.isPinned ? [.pinned] : [])
      if !own.isEmpty { reasons[run] = own }
    }
    return try reading { db throws(DatabaseError) in
      for pipeline in try db.rows("SELECT DISTINCT pipeline FROM run", [], { $0.text(0) }) {
        let newest = try db.rows(
          "SELECT id FROM run WHERE pipeline = ? ORDER BY number DESC LIMIT ?",
          [.text(pipeline), .integer(count)]
        ) { $0.text(0) }
        for (index, run) in newest.enumerated() {
          reasons[run, default: []].append(.latest(index + 1))
        }
        let done = try db.rows(
          """
          SELECT id FROM run JOIN run_end ON run_end.run = run.id
          WHERE pipeline = ? AND status = 'done' ORDER BY run.number DESC LIMIT 1
          """, [.text(pipeline)]
        ) { $0.text(0) }
        for run in done { reasons[run, default: []].append(.newestSuccess) }
      }
      var kept: [KeptRun] = []
      for (run, reasons) in reasons.sorted(by: { $0.key < $1.key }) {
        let pipeline = try db.rows("SELECT pipeline FROM run WHERE id = ?", [.text(run)]) {
          $0.text(0)
        }.first
        // A mark on a run that this record does not contain keeps nothing.
        guard let pipeline else { continue }
        kept.append(KeptRun(run: run, pipeline: pipeline, reasons: reasons))
      }
      return kept
    }
  }

  /// What a run used of the store, as far as recorded.
  func uses(of run: String) throws(StoreError) -> UseList {
    var list = UseList()
    for row in try stageRuns(run: run) {
      if let key = row.key {
        list.keys.insert(key)
        if row.status == .executed { list.seconds[key] = row.seconds }
      }
      // The logs of results are kept with their keys.
      if row.status == .failed, let log = row.log { list.objects.insert(log) }
    }
    list.artifacts = try divergentArtifacts(of: run)
    return list
  }

  /// What a run used besides its keys: logs of failures, and artifacts that diverged.
  func usesBesideKeys(of run: String) throws(StoreError) -> UseList {
    var list = UseList()
    let logs = try reading { db throws(DatabaseError) in
      // Checked first, since searching thousands of hits for nothing takes time.
      guard try db.integer("SELECT failed FROM run_end WHERE run = ?", [.text(run)]) > 0 else {
        return [Digest?]()
      }
      return try db.rows(
        "SELECT log FROM stage_run WHERE run = ? AND status = 'failed' AND log IS NOT NULL",
        [.text(run)]
      ) { Digest(hex: $0.text(0)) }
    }
    list.objects = Set(logs.compactMap(\.self))
    list.artifacts = try divergentArtifacts(of: run)
    return list
  }

  /// Both sides of each divergence, so that they can still be compared.
  private func divergentArtifacts(of run: String) throws(StoreError) -> Set<Digest> {
    let rows = try divergences(run: run)
    return Set(rows.flatMap { [$0.existing, $0.found] }.compactMap { Digest(hex: $0) })
  }

  /// The seconds that the latest execution took to compute the result under a key.
  public func seconds(of key: Digest) throws(StoreError) -> Double? {
    try execution(of: key)?.seconds
  }
}
