/// A pipeline that was found to be valid: every cell with its parameters, inputs and seed.
public struct Pipeline: Sendable {
  /// The file, as the user named it.
  public let file: String
  /// The bytes of the file.
  public let text: [UInt8]
  /// The pipeline's name.
  public let name: String
  /// What the pipeline is for.
  public let description: String
  /// The parameters, overrides applied.
  public let parameters: JSONObject
  /// The axes' names, in the order of the file.
  public let axes: [String]
  /// The stages; each after all it needs.
  public let stages: [Stage]
  /// The cells; each after all it needs, its index being its place here.
  public let cells: [Cell]

  /// A stage: one or more cells.
  public struct Stage: Sendable {
    /// The name.
    public let name: String
    /// The kind.
    public let kind: String
    /// What the pipeline is for.
    public let description: String
    /// The stages it needs, each once, in the order of `needs`.
    public let needs: [String]
    /// The axes along which it varies.
    public let axes: [String]
    /// The axes it gathers.
    public let gather: [String]
    /// Its cells.
    public let cells: Range<Int>
  }

  private let stageIndex: [String: Int]
  private let cellIndex: [String: Int]

  init(
    file: String, text: [UInt8], name: String, description: String, parameters: JSONObject,
    axes: [String], stages: [Stage], cells: [Cell]
  ) {
    (self.file, self.text, self.name, self.description) = (file, text, name, description)
    (self.parameters, self.axes, self.stages, self.cells) = (parameters, axes, stages, cells)
    func index(_ names: [String]) -> [String: Int] {
      Dictionary(zip(names, names.indices)) { first, _ in first }
    }
    stageIndex = index(stages.map(\.name))
    cellIndex = index(cells.map(\.name))
  }

  /// The stage with a name.
  public func stage(_ name: String) -> Stage? { stageIndex[name].map { stages[$0] } }

  /// The cell with a full name, such as `model@backbone=vgg16,augmentation=mixup`.
  public func cell(named name: String) -> Cell? { cellIndex[name].map { cells[$0] } }

  /// The given cells and everything they need, as a set of indices.
  public func closure(of wanted: some Sequence<Int>) -> Set<Int> {
    var found: Set<Int> = []
    var stack = Array(wanted)
    while let index = stack.popLast() {
      guard found.insert(index).inserted else { continue }
      stack += cells[index].inputs.map(\.cell)
    }
    return found
  }
}

/// One execution of a stage: the stage at one value of each axis it varies along.
public struct Cell: Sendable {
  /// The place in `Pipeline.cells`.
  public let index: Int
  /// The stage's name.
  public let stage: String
  /// `stage`, or `stage@axis=value,...`.
  public let name: String
  /// The value of each axis, in the order of the file.
  public let coordinates: JSONObject
  /// The stage kind's name.
  public let kind: String
  /// Every parameter but locations, defaults filled in: what enters the key.
  public let parameters: JSONObject
  /// The paths of locations by parameter; in no key.
  public let locations: [String: String]
  /// The seed, for kinds that draw.
  public let seed: Int?
  /// The ports of this cell.
  public let ports: Ports
  /// What is joined to the input ports, in the order of `needs`.
  public let inputs: [CellInput]
  /// What it asks of the machine.
  public let resources: Resources
  /// Thresholds for its metrics.
  public let checks: [MetricCheck]
  /// Published numbers that speak of this cell.
  public let references: [MetricReference]

  /// Every parameter, locations as they were written: what a worker needs.
  public var allParameters: JSONObject {
    var all = parameters
    for (name, path) in locations.sorted(by: { $0.key < $1.key }) { all[name] = .string(path) }
    return all
  }
}

/// An output of one cell joined to an input of another.
public struct CellInput: Sendable, Hashable {
  /// The input port.
  public let port: String
  /// The cell that gives it.
  public let cell: Int
  /// The output port of that cell.
  public let output: String
  /// What flows.
  public let type: ArtifactType
  /// The gathered axes' values of the giving cell; empty if nothing is gathered.
  public let coordinates: JSONObject
}
