/// What the end of a run shows, read without the rest of the run.
extension RunRecords {
  /// A final metric of a cell: one without a step.
  public struct FinalMetric: Sendable, Hashable {
    /// The cell.
    public let cell: String
    /// Its stage.
    public let stage: String
    /// The metric's name.
    public let name: String
    /// The value; NaN if none was recorded.
    public let value: Double
  }

  /// The final metrics of a run that have one of some names, in the order of the record.
  public func finalMetrics(
    run: String, named names: [String]
  ) throws(StoreError) -> [FinalMetric] {
    guard !names.isEmpty else { return [] }
    let marks = names.map { _ in "?" }.joined(separator: ", ")
    return try reading { db throws(DatabaseError) in
      try db.rows(
        """
        SELECT cell, stage, name, value FROM stage_run
        JOIN metric ON metric.stage_run = stage_run.number
        WHERE run = ? AND step IS NULL AND name IN (\(marks))
        ORDER BY stage_run.number, metric.number
        """, [.text(run)] + names.map { .text($0) }
      ) { row in
        FinalMetric(
          cell: row.text(0), stage: row.text(1), name: row.text(2),
          value: row.optionalReal(3) ?? .nan)
      }
    }
  }

  /// The seconds that the cached results of a run took when they were computed; results that this
  /// record did not see count as 0.
  public func savedSeconds(run: String) throws(StoreError) -> Double {
    try reading { db throws(DatabaseError) in
      try db.rows(
        """
        SELECT total(seconds) FROM (
          SELECT (SELECT seconds FROM stage_run AS made
            WHERE made.key = hit.key AND made.status = 'executed'
            ORDER BY number DESC LIMIT 1) AS seconds
          FROM stage_run AS hit WHERE run = ? AND status = 'hit' GROUP BY hit.key)
        """, [.text(run)]
      ) { $0.real(0) }
    }.first ?? 0
  }
}
