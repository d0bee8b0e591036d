/// What a table of results shows, and how it is laid out.
public struct ResultsRequest: Sendable {
  /// The axis of the rows; `nil` for the axis with the most values.
  public var rows: String?
  /// The axis of the columns; `nil` for the axis with the second most values, or metrics if there is
  /// only one axis.
  public var columns: String?
  /// The metrics; if empty, those with a published value, otherwise `defaultMetrics`.
  public var metrics: [String]
  /// The axes over which means are taken; if empty, those named in `usualRepeats`.
  public var repeats: [String]
  /// A remark shown above every table; `nil` for none.
  public var note: String?
  /// Whether the seconds by phase of every evaluated model are shown too.
  public var times: Bool

  /// The metrics that are shown if no published value is known.
  static let defaultMetrics = ["test/accuracy", "test/macro-f1", "test/loss"]
  /// The axes that usually repeat an experiment.
  static let usualRepeats = ["seed", "fold", "repeat"]
  /// The confidence of all intervals.
  static let confidence = 0.95

  /// Creates a request; by default everything follows from the runs.
  public init(
    rows: String? = nil, columns: String? = nil, metrics: [String] = [], repeats: [String] = [],
    note: String? = nil, times: Bool = false
  ) {
    (self.rows, self.columns, self.metrics) = (rows, columns, metrics)
    (self.repeats, self.note, self.times) = (repeats, note, times)
  }

  /// Whether means are taken over an axis.
  func repeats(_ axis: String) -> Bool {
    (repeats.isEmpty ? Self.usualRepeats : repeats).contains(axis)
  }
}
