/// All a stage sees of the world while it runs.
public struct StageContext: Sendable {
  /// The input artifacts by port, in the order of `needs`, gathered cells by coordinates.
  public let inputs: [String: [InputArtifact]]
  /// The content of this stage's own locations, by parameter name.
  public let locations: [String: LocationSnapshot]
  /// The original files below the locations of this stage and its ancestors.
  public let originals: OriginalFiles
  /// The seed of every draw; 0 for kinds that do not draw.
  public let seed: UInt64
  /// How many threads to use; never changes a byte.
  public let threads: Int
  /// The folder that holds one folder an output port.
  public let scratch: String
  /// What a long stage keeps between attempts at the same key.
  public let state: StateFolder
  /// What may be kept between cells and runs to save time.
  public let memo: MemoFolder
  /// Where progress, metrics and warnings go.
  public let events: any StageEvents

  /// A context; the runner and tests make them.
  public init(
    inputs: [String: [InputArtifact]] = [:], locations: [String: LocationSnapshot] = [:],
    originals: OriginalFiles = OriginalFiles([]), seed: UInt64 = 0, threads: Int = 1,
    scratch: String, state: StateFolder, memo: MemoFolder = .none, events: any StageEvents
  ) {
    (self.inputs, self.locations, self.originals) = (inputs, locations, originals)
    (self.seed, self.threads, self.scratch) = (seed, threads, scratch)
    (self.state, self.memo, self.events) = (state, memo, events)
  }

  /// The artifact at a port that takes one.
  public func input(_ port: String) throws(StageError) -> InputArtifact {
    guard let artifact = inputs[port]?.first else {
      throw StageError("nothing is connected to input '\(port)'")
    }
    return artifact
  }

  /// The folder of an output port, which exists and where the stage leaves its files.
  public func output(_ port: String) -> String { scratch + "/" + port }

  /// The content of a location that the user must set.
  public func location(_ parameter: String) throws(StageError) -> LocationSnapshot {
    guard let snapshot = locations[parameter] else {
      throw StageError("the location '\(parameter)' is not set")
    }
    return snapshot
  }

  /// A stream of draws for one sample and one purpose, as the same hash everywhere.
  ///
  /// Neither the stage's name nor its cell enters, so that cells are paired.
  public func draws(_ kind: String, sample: String, purpose: String) -> RandomStream {
    RandomStream(seed: seed, kind: kind, sample: sample, purpose: purpose)
  }
}

/// One artifact as a stage reads it: names of files, and where each can be opened.
public struct InputArtifact: Sendable {
  /// The digest of its manifest.
  public let digest: Digest
  /// The axis values of the cell it comes from, for gathered inputs; else empty.
  public let coordinates: [String: JSONValue]
  /// The name of the stage it comes from, for messages and tables only.
  public let stage: String
  /// Where each file can be opened for reading, by its path inside the artifact.
  public let files: [String: String]
  /// Holds a file, by its path inside the artifact, to what the artifact says of it.
  private let check: (@Sendable (String) throws(StageError) -> Void)?

  /// An artifact; `check` is called with the name of a file before a stage gets its path.
  public init(
    digest: Digest, coordinates: [String: JSONValue] = [:], stage: String = "",
    files: [String: String], check: (@Sendable (String) throws(StageError) -> Void)? = nil
  ) {
    (self.digest, self.coordinates, self.stage, self.files) = (digest, coordinates, stage, files)
    self.check = check
  }

  /// Where a file of the artifact can be opened; checked, so that no stage works on damaged bytes.
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

/// Progress of a stage: `done` of `total` units, for a rate and the time left.
public struct StageProgress: Sendable, Hashable {
  /// Units done so far.
  public var done: Int
  /// Units in all.
  public var total: Int
  /// What a unit is: `images`, `epochs`.
  public var unit: String
  /// A short remark, such as the loss of the last epoch.
  public var remark: String

  /// A state of progress.
  public init(_ done: Int, of total: Int, _ unit: String, remark: String = "") {
    (self.done, self.total, self.unit, self.remark) = (done, total, unit, remark)
  }
}

/// A named number that a run records.
public struct StageMetric: Sendable, Hashable {
  /// Words joined by slashes: `test/macro-f1`.
  public var name: String
  /// The epoch or another count, for histories.
  public var step: Int?
  /// The value; never a clock reading, since a hit shows it again.
  public var value: Double

  /// A metric.
  public init(_ name: String, step: Int? = nil, _ value: Double) {
    (self.name, self.step, self.value) = (name, step, value)
  }
}

/// Where a stage's reports go; calls may come from any thread.
public protocol StageEvents: Sendable {
  /// Says how far the stage is.
  func progress(_ progress: StageProgress)
  /// Records a number.
  func metric(_ metric: StageMetric)
  /// Says something the user should know; kept with the key and shown again on a hit.
  func warn(_ text: String)
  /// Writes a line to the stage's log.
  func log(_ text: String)
}
