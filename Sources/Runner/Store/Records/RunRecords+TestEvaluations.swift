/// How often the test set was looked at under one name of a pipeline.
///
/// Each look may lead to a choice, and a choice by the test set makes its metrics too good.
public struct TestEvaluations: Sendable, Hashable {
  /// The number of distinct results, by key, that have a metric of the test set.
  public let results: Int
  /// The number of runs that have such a result, cached or not.
  public let runs: Int

  /// Creates counts.
  public init(results: Int, runs: Int) { (self.results, self.runs) = (results, runs) }
}

extension RunRecords {
  /// The evaluations on the test set in a run and in the runs of the same pipeline name that began
  /// before it.
  public func testEvaluations(upTo run: String) throws(StoreError) -> TestEvaluations {
    try testEvaluations(
      """
      run.pipeline = (SELECT pipeline FROM run WHERE id = ?1)
        AND run.number <= (SELECT number FROM run WHERE id = ?1)
      """, .text(run))
  }

  /// The evaluations on the test set under the pipeline name of a stage run, in the rows up to it
  /// and in it.
  public func testEvaluations(upToStageRun number: Int) throws(StoreError) -> TestEvaluations {
    try testEvaluations(
      """
      run.pipeline = (
          SELECT its.pipeline FROM stage_run AS own JOIN run AS its ON its.id = own.run
          WHERE own.number = ?1)
        AND stage_run.number <= ?1
      """, .integer(number))
  }

  private func testEvaluations(
    _ filter: String, _ value: DatabaseValue
  ) throws(StoreError) -> TestEvaluations {
    // '0' follows '/', so that the names are a range of the index.
    try reading { db throws(DatabaseError) in
      try db.rows(
        """
        SELECT count(DISTINCT stage_run.key), count(DISTINCT run.id)
        FROM run JOIN stage_run ON stage_run.run = run.id
        WHERE \(filter)
          AND stage_run.status IN ('hit', 'executed') AND stage_run.key IS NOT NULL
          AND EXISTS (
            SELECT 1 FROM metric WHERE metric.stage_run = stage_run.number
              AND metric.name >= 'test/' AND metric.name < 'test0')
        """, [value]
      ) { TestEvaluations(results: $0.integer(0), runs: $0.integer(1)) }
    }.first ?? TestEvaluations(results: 0, runs: 0)
  }
}
