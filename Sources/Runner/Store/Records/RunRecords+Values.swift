/// The last value of a metric of a cell in a run.
public struct CellValue: Sendable, Hashable {
  /// The run.
  public let run: String
  /// The cell.
  public let cell: String
  /// The value; not a number if that was reported.
  public let value: Double
}

/// Values over many runs, for filters and lists, each read in one pass.
extension RunRecords {
  /// The last value of a metric in every cell that has it, of one run or of all.
  public func lastValues(
    of metric: String, run: String? = nil
  ) throws(StoreError) -> [CellValue] {
    // The order of the index finds the metric of each cell without reading the others. Rows are
    // added in order, so the last row of a cell is that of its last attempt and step.
    var values: [CellValue] = []
    try reading { db throws(DatabaseError) in
      let filter = run == nil ? "" : "WHERE stage_run.run = ?2"
      try db.forEachRow(
        """
        SELECT run, cell, value, max(metric.number) FROM stage_run
        CROSS JOIN metric ON metric.stage_run = stage_run.number AND metric.name = ?1
        \(filter) GROUP BY stage_run.number ORDER BY stage_run.number
        """, [.text(metric)] + (run.map { [.text($0)] } ?? [])
      ) { row in
        values.append(
          CellValue(
            run: row.text(0), cell: row.text(1), value: row.isNull(2) ? .nan : row.real(2)))
      }
    }
    return values
  }

  /// The names of all metrics, sorted.
  public func metricNames() throws(StoreError) -> [String] {
    try reading { db throws(DatabaseError) in
      try db.rows("SELECT DISTINCT name FROM metric ORDER BY name") { $0.text(0) }
    }
  }

  /// The names of all parameters of runs, sorted.
  public func parameterNames() throws(StoreError) -> [String] {
    try reading { db throws(DatabaseError) in
      try db.rows("SELECT DISTINCT name FROM parameter ORDER BY name") { $0.text(0) }
    }
  }

  /// The value of a parameter in every run that has it, as JSON text by run.
  public func values(ofParameter name: String) throws(StoreError) -> [String: String] {
    let pairs = try reading { db throws(DatabaseError) in
      try db.rows("SELECT run, value FROM parameter WHERE name = ?", [.text(name)]) {
        ($0.text(0), $0.text(1))
      }
    }
    return Dictionary(pairs) { _, last in last }
  }

  /// The cells with coordinates of every run, or of one, by run; each cell once.
  public func cellsWithAxes(run: String? = nil) throws(StoreError) -> [String: [String]] {
    var cells: [String: [String]] = [:]
    try reading { db throws(DatabaseError) in
      let filter = run == nil ? "" : "AND run = ?1"
      try db.forEachRow(
        "SELECT DISTINCT run, cell FROM stage_run WHERE cell LIKE '%@%' \(filter)",
        run.map { [.text($0)] } ?? []
      ) { cells[$0.text(0), default: []].append($0.text(1)) }
    }
    return cells
  }
}
