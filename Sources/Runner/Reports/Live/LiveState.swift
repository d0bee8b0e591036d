public import PipelineDSL

/// What a run is doing at a moment: what its record does not contain yet.
public struct LiveState: Sendable {
  /// A cell that is running.
  public struct Cell: Sendable {
    /// The name of the cell.
    public let name: String
    /// Why it runs.
    public let reason: String
    /// How long it has been running, in seconds.
    public let seconds: Double
    /// Its progress, if it reported any.
    public let progress: StageProgress?
    /// The seconds left, if they can be estimated.
    public let left: Double?
    /// The metrics with steps that it reported so far.
    public let metrics: [StageMetric]

    /// Creates a cell.
    public init(
      name: String, reason: String, seconds: Double, progress: StageProgress?, left: Double?,
      metrics: [StageMetric]
    ) {
      (self.name, self.reason, self.seconds) = (name, reason, seconds)
      (self.progress, self.left, self.metrics) = (progress, left, metrics)
    }
  }

  /// The running cells, in the order in which they started.
  public let running: [Cell]
  /// The number of cells that ended in any way.
  public let settled: Int
  /// The number of cells of the run.
  public let total: Int
  /// The seconds left of the run, if they can be estimated.
  public let left: Double?
  /// When this was so, in seconds since 1970.
  public let time: Double
  /// Seconds after which the page loads itself again.
  public var reload: Int

  /// Creates a state.
  public init(
    running: [Cell], settled: Int, total: Int, left: Double?, time: Double, reload: Int
  ) {
    (self.running, self.settled, self.total) = (running, settled, total)
    (self.left, self.time, self.reload) = (left, time, reload)
  }
}
