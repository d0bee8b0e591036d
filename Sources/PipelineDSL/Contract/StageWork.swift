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
    /// The width of the hidden dense layer; `nil` if unknown.
    public var hidden: Double?

    /// Creates a model.
    public init(_ name: String, cost: Double, hidden: Double? = nil) {
      (self.name, self.cost, self.hidden) = (name, cost, hidden)
    }

    /// Models that all predict each sample, as one; `nil` without any.
    fileprivate init?(all models: [Model]) {
      guard let last = models.last else { return nil }
      var names: [String] = []
      for model in models where !names.contains(model.name) { names.append(model.name) }
      self.init(
        names.joined(separator: "+"), cost: models.reduce(0) { $0 + $1.cost }, hidden: last.hidden)
    }
  }

  /// The number of files in the stage's own locations.
  public var files = 0
  /// Their total size in bytes.
  public var bytes = 0
  /// The number of samples, or an upper bound; `nil` if unknown.
  public var samples: Double?
  /// The number of artifacts whose samples are added up in `samples`.
  public var joined = 1.0
  /// The number of features per sample; `nil` if unknown.
  public var width: Double?
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

  /// The load of all inputs together, one array per port.
  ///
  /// The samples of a port are added up, and the port with the most samples counts. The features
  /// and the models of a port are added up too. Of the other facts, the last known one counts.
  public init(joining ports: [[StageLoad]]) {
    for loads in ports {
      let known = loads.compactMap(\.samples)
      let sum = known.reduce(0, +)
      if !known.isEmpty, samples.map({ $0 < sum }) ?? true {
        (samples, joined) = (sum, Double(known.count))
      }
      let widths = loads.compactMap(\.width)
      if !widths.isEmpty { width = widths.reduce(0, +) }
      model = Model(all: loads.compactMap(\.model)) ?? model
      for load in loads {
        size = load.size ?? size
        trainShare = load.trainShare ?? trainShare
        views = load.views ?? views
        copies = load.copies ?? copies
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
