/// A valid pipeline: every cell with its parameters, inputs and seed.
public struct Pipeline: Sendable {
  /// The file, as the user named it.
  public let file: String
  /// The bytes of the file; if it includes parts, a text that contains them and gives the same
  /// pipeline without any other file.
  public let text: [UInt8]
  /// The pipeline's name.
  public let name: String
  /// What the pipeline is for.
  public let description: String
  /// The parameters of the pipeline itself, with overrides applied.
  public let parameters: JSONObject
  /// The names of the axes, in the order of the file; those of its parts come first.
  public let axes: [String]
  /// The stages, each after all stages it needs.
  public let stages: [Stage]
  /// The cells, each after all cells it needs; a cell's index is its position here.
  public let cells: [Cell]

  /// A stage: one or more cells.
  public struct Stage: Sendable {
    /// The name.
    public let name: String
    /// The kind.
    public let kind: String
    /// What the stage is for.
    public let description: String
    /// The stages it needs, without duplicates, in the order of `needs`.
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

  /// The indices of the given cells and of everything they need, ascending.
  public func closure(of wanted: some Collection<Int>) -> [Int] {
    // Marks suit many cells; for a few, whoever asks cell by cell must not pass all cells each time.
    guard wanted.count > cells.count / 16 else { return Array(ancestry(of: wanted)).sorted() }
    var isFound = [Bool](repeating: false, count: cells.count)
    var stack = Array(wanted)
    while let index = stack.popLast() {
      guard !isFound[index] else { continue }
      isFound[index] = true
      for input in cells[index].inputs where !isFound[input.cell] { stack.append(input.cell) }
    }
    return isFound.indices.filter { isFound[$0] }
  }

  private func ancestry(of wanted: some Collection<Int>) -> Set<Int> {
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
  /// The index in `Pipeline.cells`.
  public let index: Int
  /// The stage's name.
  public let stage: String
  /// `stage`, or `stage@axis=value,...`.
  public let name: String
  /// The value of each axis, in the order of the file.
  public let coordinates: JSONObject
  /// The stage kind's name.
  public let kind: String
  /// All parameters except locations, with defaults filled in; part of the key.
  public let parameters: JSONObject
  /// The paths of locations, by parameter; not part of any key.
  public let locations: [String: String]
  /// The seed, for kinds that draw.
  public let seed: Int?
  /// The ports of this cell.
  public let ports: Ports
  /// The artifacts connected to the input ports, in the order of `needs`.
  public let inputs: [CellInput]
  /// The resources it requires.
  public let resources: Resources
  /// Thresholds for its metrics.
  public let checks: [MetricCheck]
  /// Published values that apply to this cell.
  public let references: [MetricReference]

  /// All parameters, with locations as written; passed to a worker.
  public var allParameters: JSONObject {
    guard !locations.isEmpty else { return parameters }
    var all = parameters
    for (name, path) in locations.sorted(by: { $0.key < $1.key }) { all[name] = .string(path) }
    return all
  }
}

/// An output of one cell connected to an input of another.
public struct CellInput: Sendable, Hashable {
  /// The input port.
  public let port: String
  /// The index of the cell that produces it.
  public let cell: Int
  /// The output port of that cell.
  public let output: String
  /// The type of the artifact.
  public let type: ArtifactType
  /// The values of the gathered axes in the producing cell; empty if nothing is gathered.
  public let coordinates: JSONObject
}
