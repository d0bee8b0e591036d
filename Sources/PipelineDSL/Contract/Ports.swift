/// An input of a stage.
public struct InputPort: Sendable, Hashable {
  /// How many artifacts a port accepts.
  public enum Arity: String, Sendable, Hashable {
    /// Exactly one.
    case one
    /// Zero or one.
    case optional
    /// One or more: several needs, or the cells of a gathered stage.
    case many
    /// Zero or more.
    case any

    /// Whether a stage cannot run without an artifact.
    var needsOne: Bool { self == .one || self == .many }
    /// Whether more than one artifact may be connected.
    var takesSeveral: Bool { self == .many || self == .any }
  }

  /// The name that `needs` and the stage use for the port.
  public let name: String
  /// The type it accepts; `nil` accepts any type (only `command` uses this).
  public let type: ArtifactType?
  /// How many artifacts it accepts.
  public let arity: Arity
  /// One line that describes how the stage uses the input.
  public let help: String

  /// Creates a port.
  public init(_ name: String, _ type: ArtifactType?, _ arity: Arity, _ help: String) {
    (self.name, self.type, self.arity, self.help) = (name, type, arity, help)
  }
}

/// An output of a stage: one artifact, with a digest and early cutoff of its own.
public struct OutputPort: Sendable, Hashable {
  /// The name of the port and of its folder in the stage's scratch.
  public let name: String
  /// The type of the artifact.
  public let type: ArtifactType
  /// Whether it is a side port: connected only where `needs` names it (`{"files": "pbc.files"}`),
  /// never by type, so that a list of rejects is not used as an input by accident.
  public let side: Bool
  /// How an audit compares the artifact when the stage runs again; not part of any key.
  public let comparator: ArtifactComparator
  /// One line that describes the artifact.
  public let help: String

  /// Creates a port.
  public init(
    _ name: String, _ type: ArtifactType, side: Bool = false,
    comparator: ArtifactComparator = .bytes, _ help: String
  ) {
    (self.name, self.type, self.side, self.help) = (name, type, side, help)
    self.comparator = comparator
  }
}

/// All ports of a stage.
public struct Ports: Sendable, Hashable {
  /// The inputs.
  public var inputs: [InputPort]
  /// The outputs; a stage must fill all of them.
  public var outputs: [OutputPort]
  /// Whether `needs` may name additional inputs of any type (only `command` uses this).
  public var open: Bool

  /// Creates the ports of a stage.
  public init(inputs: [InputPort] = [], outputs: [OutputPort], open: Bool = false) {
    (self.inputs, self.outputs, self.open) = (inputs, outputs, open)
  }
}
