/// What is known, before a stage runs, about the data it will work on.
///
/// Passed along the graph to estimate a run; never part of a key, and no stage reads it while it
/// runs.
public struct StageLoad: Sendable, Hashable {
  /// A model that an earlier stage trains.
  public struct Model: Sendable, Hashable {
    /// The name of the architecture.
    public var name: String
    /// Multiply-accumulate operations of one prediction, in units of 10^9.
    public var cost: Double

    /// Creates a model.
    public init(_ name: String, cost: Double) { (self.name, self.cost) = (name, cost) }
  }

  /// The number of files in the stage's own locations.
  public var files = 0
  /// Their total size in bytes.
  public var bytes = 0
  /// The number of samples, or an upper bound; `nil` if unknown.
  public var samples: Double?
  /// The width and height of the images in pixels; `nil` before they have one size.
  public var size: Double?
  /// The share of the samples used for training, in [0, 1].
  public var trainShare: Double?
  /// The number of views per training sample; 0 if each epoch draws new ones.
  public var views: Double?
  /// The number of images per view.
  public var copies: Double?
  /// The model.
  public var model: Model?

  /// Creates a load of which nothing is known.
  public init() {}

  /// The load of all inputs together, one array per port: the samples of a port are added up, and
  /// the port with the most samples counts; of the other facts, the last known one.
  public init(joining ports: [[StageLoad]]) {
    for loads in ports {
      let known = loads.compactMap(\.samples)
      if !known.isEmpty { samples = max(samples ?? 0, known.reduce(0, +)) }
      for load in loads {
        size = load.size ?? size
        trainShare = load.trainShare ?? trainShare
        views = load.views ?? views
        copies = load.copies ?? copies
        model = load.model ?? model
      }
    }
  }
}

/// The declared cost of a stage, in relative units: times as many units take times as long.
public struct StageWork: Sendable, Hashable {
  /// Units of processor time.
  public var units: Double
  /// Units of memory beyond what every process needs.
  public var memory: Double
  /// Units of output, in bytes or any other measure.
  public var output: Double
  /// What makes the time per unit comparable, such as the architecture of a network; executions of
  /// the same variant are preferred in an estimate.
  public var variant: String

  /// Creates a cost; memory and output that do not depend on the work are left at 1.
  public init(units: Double, memory: Double = 1, output: Double = 1, variant: String = "") {
    (self.units, self.memory, self.output, self.variant) = (units, memory, output, variant)
  }
}
