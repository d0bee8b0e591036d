/// The final values of a metric in the cells of one stage in one run.
public struct MetricOverview: Sendable, Hashable {
  /// The run.
  public let run: String
  /// The stage, whose cells may be many.
  public let stage: String
  /// The metric.
  public let metric: String
  /// The mean over the cells; NaN if no cell has a number.
  public let mean: Double
  /// The smallest value.
  public let low: Double
  /// The greatest value.
  public let high: Double
  /// The number of cells with a number.
  public let cells: Int
}

/// The checks on one metric of the cells of one stage in one run.
public struct CheckOverview: Sendable, Hashable {
  /// The values found.
  public let values: MetricOverview
  /// `at-least` or `at-most`.
  public let relation: String
  /// The threshold.
  public let threshold: Double
  /// The number of cells that have the check.
  public let cells: Int
  /// The number of cells in which it was not met.
  public let missed: Int
}

/// A parameter of a run.
public struct ParameterOverview: Sendable, Hashable {
  /// The run.
  public let run: String
  /// The name.
  public let name: String
  /// The value as JSON text.
  public let value: String
}

/// Facts of all runs at once, each with one query, for pages that show thousands of runs.
extension RunRecords {
  /// The metrics of the test set without steps, by run and stage.
  public func testMetricOverview() throws(StoreError) -> [MetricOverview] {
    // '0' follows '/', so that the names are a range of the index.
    try metricOverview("AND metric.name >= 'test/' AND metric.name < 'test0'", [])
  }

  /// All metrics without steps of the runs of one pipeline, by run and stage.
  public func metricOverview(pipeline: String) throws(StoreError) -> [MetricOverview] {
    try metricOverview(
      "AND stage_run.run IN (SELECT id FROM run WHERE pipeline = ?)", [.text(pipeline)])
  }

  private func metricOverview(
    _ filter: String, _ values: [DatabaseValue]
  ) throws(StoreError) -> [MetricOverview] {
    try reading { db throws(DatabaseError) in
      try db.rows(
        """
        SELECT stage_run.run, stage_run.stage, metric.name, avg(metric.value), min(metric.value),
          max(metric.value), count(metric.value)
        FROM stage_run JOIN metric ON metric.stage_run = stage_run.number
        WHERE stage_run.status IN ('hit', 'executed') AND metric.step IS NULL \(filter)
        GROUP BY stage_run.run, stage_run.stage, metric.name
        """, values
      ) { Self.overview($0) }
    }
  }

  /// The checks of all runs, by run, stage and metric.
  public func checkOverview() throws(StoreError) -> [CheckOverview] {
    try reading { db throws(DatabaseError) in
      try db.rows(
        """
        SELECT stage_run.run, stage_run.stage, check_result.metric, avg(value), min(value),
          max(value), count(value), relation, threshold, count(*), sum(NOT met)
        FROM check_result JOIN stage_run ON stage_run.number = check_result.stage_run
        GROUP BY stage_run.run, stage_run.stage, check_result.metric, relation, threshold
        """
      ) { row in
        CheckOverview(
          values: Self.overview(row), relation: row.text(7), threshold: row.real(8),
          cells: row.integer(9), missed: row.integer(10))
      }
    }
  }

  /// The parameters of all runs.
  public func parameterOverview() throws(StoreError) -> [ParameterOverview] {
    try reading { db throws(DatabaseError) in
      try db.rows("SELECT run, name, value FROM parameter ORDER BY number") { row in
        ParameterOverview(run: row.text(0), name: row.text(1), value: row.text(2))
      }
    }
  }

  private static func overview(_ row: Row) -> MetricOverview {
    MetricOverview(
      run: row.text(0), stage: row.text(1), metric: row.text(2),
      mean: row.optionalReal(3) ?? .nan, low: row.optionalReal(4) ?? .nan,
      high: row.optionalReal(5) ?? .nan, cells: row.integer(6))
  }
}
