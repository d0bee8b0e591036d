/// The environment of a stage while it runs.
public struct StageContext: Sendable {
  /// The input artifacts by port, in the order of `needs`; gathered cells by coordinates.
  public let inputs: [String: [InputArtifact]]
  /// The content of this stage's own locations, by parameter name.
  public let locations: [String: LocationSnapshot]
  /// The original files in the locations of this stage and its ancestors.
  public let originals: OriginalFiles
  /// The seed of all random draws; 0 for kinds that do not draw.
  public let seed: UInt64
  /// The number of threads to use; it never affects the output.
  public let threads: Int
  /// The folder that contains one folder per output port.
  public let scratch: String
  /// The files that a long stage keeps between attempts at the same key.
  public let state: StateFolder
  /// Data that may be kept between cells and runs to save time.
  public let memo: MemoFolder
  /// The receiver of progress, metrics and warnings.
  public let events: any StageEvents

  /// Creates a context, as the runner and tests do.
  public init(
    inputs: [String: [InputArtifact]] = [:], locations: [String: LocationSnapshot] = [:],
    originals: OriginalFiles = OriginalFiles([]), seed: UInt64 = 0, threads: Int = 1,
    scratch: String, state: StateFolder, memo: MemoFolder = .none, events: any StageEvents
  ) {
    (self.inputs, self.locations, self.originals) = (inputs, locations, originals)
    (self.seed, self.threads, self.scratch) = (seed, threads, scratch)
    (self.state, self.memo, self.events) = (state, memo, events)
  }

  /// The artifact at a port that accepts one.
  public func input(_ port: String) throws(StageError) -> InputArtifact {
    guard let artifact = inputs[port]?.first else {
      throw StageError("nothing is connected to input '\(port)'")
    }
    return artifact
  }

  /// The existing folder of an output port, into which the stage writes its files.
  public func output(_ port: String) -> String { scratch + "/" + port }

  /// The content of a location that must be set.
  public func location(_ parameter: String) throws(StageError) -> LocationSnapshot {
    guard let snapshot = locations[parameter] else {
      throw StageError("the location '\(parameter)' is not set")
    }
    return snapshot
  }

  /// The random stream for one sample and one purpose.
  ///
  /// It does not depend on the stage's name or cell, so the draws of different cells are paired.
  public func draws(_ kind: String, sample: String, purpose: String) -> RandomStream {
    RandomStream(seed: seed, kind: kind, sample: sample, purpose: purpose)
  }
}

/// An artifact as a stage reads it: file names and the paths to open them.
public struct InputArtifact: Sendable {
  /// The digest of its manifest.
  public let digest: Digest
  /// For gathered inputs, the axis values of the cell that produced it; otherwise empty.
  public let coordinates: [String: JSONValue]
  /// The name of the stage that produced it, only for messages and tables.
  public let stage: String
  /// The path to open each file for reading, by its path in the artifact.
  public let files: [String: String]
  /// Verifies a file, given by its path in the artifact, against the artifact.
  private let check: (@Sendable (String) throws(StageError) -> Void)?

  /// Creates an artifact; `check` is called with a file's name before its path is returned.
  public init(
    digest: Digest, coordinates: [String: JSONValue] = [:], stage: String = "",
    files: [String: String], check: (@Sendable (String) throws(StageError) -> Void)? = nil
  ) {
    (self.digest, self.coordinates, self.stage, self.files) = (digest, coordinates, stage, files)
    self.check = check
  }

  /// The path to open a file of the artifact, verified so that no stage reads damaged data.
  public func path(_ name: String) throws(StageError) -> String {
    guard let path = files[name] else {
      throw StageError(
        "the artifact \(digest.short) of '\(stage)' has no \(name); it has "
          + files.keys.sorted().prefix(10).joined(separator: ", ")
          + (files.count > 10 ? " and \(files.count - 10) more" : ""))
    }
    try check?(name)
    return path
  }
}

/// The progress of a stage: `done` of `total` units, from which rate and time left are computed.
public struct StageProgress: Sendable, Hashable {
  /// Units done so far.
  public var done: Int
  /// The share of the next unit that is done, from 0 to 1: the steps of an epoch.
  public var share: Double
  /// The total number of units.
  public var total: Int
  /// The name of the unit: `images`, `epochs`.
  public var unit: String
  /// A short remark, such as the loss of the last epoch.
  public var remark: String

  /// Creates a progress report.
  public init(
    _ done: Int, of total: Int, _ unit: String, share: Double = 0, remark: String = ""
  ) {
    (self.done, self.total, self.unit, self.remark) = (done, total, unit, remark)
    self.share = share
  }
}

/// A named number that a run records.
public struct StageMetric: Sendable, Hashable {
  /// The name, with parts separated by slashes: `test/macro-f1`.
  public var name: String
  /// The epoch or another count, for histories.
  public var step: Int?
  /// The value; never a clock reading, because a hit reports it again.
  public var value: Double

  /// Creates a metric.
  public init(_ name: String, step: Int? = nil, _ value: Double) {
    (self.name, self.step, self.value) = (name, step, value)
  }
}

/// The receiver of a stage's reports; methods may be called from any thread.
public protocol StageEvents: Sendable {
  /// Reports progress.
  func progress(_ progress: StageProgress)
  /// Records a metric.
  func metric(_ metric: StageMetric)
  /// Reports a warning to the user; stored with the key and shown again on a hit.
  func warn(_ text: String)
  /// Writes a line to the stage's log.
  func log(_ text: String)
}
