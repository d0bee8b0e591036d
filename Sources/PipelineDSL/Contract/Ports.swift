/// What a stage takes under one name.
public struct InputPort: Sendable, Hashable {
  /// How many artifacts a port takes.
  public enum Arity: String, Sendable, Hashable {
    /// Exactly one.
    case one
    /// None or one.
    case optional
    /// One or more: several needs, or the cells of a gathered one.
    case many
  }

  /// The name by which `needs` and the stage refer to the port.
  public let name: String
  /// What it takes; `nil` takes any type (only `command` does).
  public let type: ArtifactType?
  /// How many it takes.
  public let arity: Arity
  /// One line that says what the stage does with it.
  public let help: String

  /// A port.
  public init(_ name: String, _ type: ArtifactType?, _ arity: Arity, _ help: String) {
    (self.name, self.type, self.arity, self.help) = (name, type, arity, help)
  }
}

/// What a stage gives under one name: one artifact, keyed and cut off on its own.
public struct OutputPort: Sendable, Hashable {
  /// The name of the port and of its folder in the stage's scratch.
  public let name: String
  /// What it gives.
  public let type: ArtifactType
  /// Whether it is a side port: joined only where `needs` names it (`{"files": "pbc.files"}`),
  /// never by type alone, so that a list of rejects feeds nothing by accident.
  public let side: Bool
  /// How an audit compares what comes out when the stage runs again; in no key.
  public let comparator: ArtifactComparator
  /// One line that says what is in it.
  public let help: String

  /// A port.
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
  /// What it takes.
  public var inputs: [InputPort]
  /// What it gives; a stage must fill every one.
  public var outputs: [OutputPort]
  /// Whether `needs` may name further inputs of any type (only `command` does).
  public var open: Bool

  /// Ports of a stage.
  public init(inputs: [InputPort] = [], outputs: [OutputPort], open: Bool = false) {
    (self.inputs, self.outputs, self.open) = (inputs, outputs, open)
  }
}
