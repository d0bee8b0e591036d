extension MetricCheck {
  /// The beginning of the names of numbers that come from the record of runs, not from a stage.
  public static let recordPrefix = "record/"
  /// The number of distinct results with metrics of the test set that the record has under the name
  /// of the pipeline, up to the cell that is checked and with it.
  public static let testEvaluations = recordPrefix + "test-evaluations"
  /// The numbers of the record that a check can bound.
  static let recordNames = [testEvaluations]

  /// Whether the check is about the record.
  public var isOfRecord: Bool { metric.hasPrefix(Self.recordPrefix) }
}
