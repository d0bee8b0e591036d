internal import PipelineDSL

extension RunRecords {
  /// The earlier keys of stages with a name and kind in any pipeline, newest first.
  ///
  /// For a pipeline that was renamed or copied.
  public func earlierKeys(
    stage: String, kind: String, limit: Int
  ) throws(StoreError) -> [EarlierKey] {
    try reading { db throws(DatabaseError) in
      try db.rows(
        """
        SELECT cell, key, run FROM stage_run
        WHERE stage = ? AND kind = ? AND key IS NOT NULL ORDER BY number DESC LIMIT ?
        """, [.text(stage), .text(kind), .integer(limit)]
      ) { row in
        Digest(hex: row.text(1)).map { EarlierKey(cell: row.text(0), key: $0, run: row.text(2)) }
      }
    }.compactMap(\.self)
  }

  /// The ids of runs of a pipeline that began before a run, succeeded, met every check and had no
  /// regression, newest first.
  public func goodRuns(
    pipeline: String, before run: String, limit: Int
  ) throws(StoreError) -> [String] {
    try reading { db throws(DatabaseError) in
      try db.rows(
        """
        SELECT run.id FROM run JOIN run_end ON run_end.run = run.id
        WHERE pipeline = ?1 AND status = 'done'
          AND run.number < (SELECT number FROM run WHERE id = ?2)
          AND NOT EXISTS (
            SELECT 1 FROM event WHERE event.run = run.id AND event.kind = 'regression')
        ORDER BY run.number DESC LIMIT ?3
        """, [.text(pipeline), .text(run), .integer(limit)]
      ) { $0.text(0) }
    }
  }
}
