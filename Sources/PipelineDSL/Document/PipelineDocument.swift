/// A pipeline file and the parts it includes, as written; everything keeps its position.
struct PipelineDocument: Sendable {
  let file: String
  /// The bytes of the file; if it includes parts, a text that contains them.
  var text: [UInt8] = []
  var name = ""
  var description = ""
  /// The pipeline itself, then its parts in the order in which they were opened.
  var scopes: [PipelineScope] = []
  /// Those of a part precede those of the file that includes it; so do excludes and stages.
  var axes: [AxisDeclaration] = []
  /// Cells that match all coordinates of an entry do not exist.
  var exclude: [[AxisCoordinate]] = []
  var stages: [StageDeclaration] = []

  /// The nearest scope with a parameter: the given one, or one that includes it.
  func scope(with parameter: String, from scope: Int) -> Int? {
    var next: Int? = scope
    while let current = next, scopes[current][parameter] == nil { next = scopes[current].parent }
    return next
  }
}

/// The parameters of one file; references in the file mean these.
struct PipelineScope: Sendable {
  /// The scope of the file that includes this one; `nil` for the pipeline itself.
  let parent: Int?
  private(set) var parameters: [PipelineParameter] = []
  private(set) var values = JSONObject()
  /// The parameters that something refers to.
  var used: Set<String> = []
  private var places: [String: Int] = [:]

  init(parent: Int?) { self.parent = parent }

  /// The parameter with a name.
  subscript(name: String) -> PipelineParameter? {
    places[name].map { parameters[$0] }
  }

  /// Adds a parameter, whose name must be new.
  mutating func add(_ parameter: PipelineParameter) {
    places[parameter.name] = parameters.count
    parameters.append(parameter)
    values[parameter.name] = parameter.json
  }
}

/// A parameter and its value.
struct PipelineParameter: Sendable {
  let name: String
  /// Where it is declared.
  let position: SourcePosition
  let pointer: String
  /// The value, with the positions at which it was written.
  let value: LocatedJSON
  let json: JSONValue
  /// The overridden parameters of the pipeline from which the value comes.
  let overridden: [String]

  init(_ declaration: LocatedJSON.Member, value: LocatedJSON, overridden: [String] = []) {
    (name, position, pointer) = (
      declaration.name, declaration.position, declaration.value.pointer
    )
    (self.value, json, self.overridden) = (value, value.value, overridden)
  }
}

/// An axis: a name and a list of values, each of which yields cells.
struct AxisDeclaration: Sendable {
  let name: String
  /// The index of the file's scope.
  let scope: Int
  let position: SourcePosition
  let pointer: String
  let values: [AxisValue]
}

/// A value of an axis: a scalar, or an object with a `name`.
public struct AxisValue: Sendable, Hashable {
  /// The scalar, or the object's `name`; used in cell names.
  public let label: JSONValue
  /// The object's members; empty for a scalar.
  public let fields: JSONObject

  /// The label as a cell's name shows it.
  public var text: String { label.text ?? JSONCanonicalForm.text(of: label) }
}

/// A value on an axis, and where it was written.
struct AxisCoordinate: Sendable {
  /// Index into `PipelineDocument.axes`.
  let axis: Int
  /// Index into the axis's values.
  let value: Int
  /// The name of the axis, where it was written.
  let name: LocatedJSON
}

/// A stage as written.
struct StageDeclaration: Sendable {
  let name: String
  /// The index of the file's scope.
  let scope: Int
  let position: SourcePosition
  let node: LocatedJSON
  var uses = ""
  var usesNode: LocatedJSON?
  var description = ""
  var needs: [Need] = []
  var with: LocatedJSON?
  var seed: LocatedJSON?
  var gather: [(axis: String, node: LocatedJSON)] = []
  var resources = Resources()
  var checks: [MetricCheck] = []
  var references: [PublishedNumber] = []

  /// One entry of `needs`.
  struct Need: Sendable {
    /// The input port, if `needs` names it.
    let port: String?
    let stage: String
    /// The output port, if written as `stage.port`.
    let output: String?
    let node: LocatedJSON

    /// `stage`, or `stage.port`.
    var text: String { output.map { "\(stage).\($0)" } ?? stage }
  }
}

/// The resources that a stage requires; not part of any key.
public struct Resources: Sendable, Hashable {
  /// Processors; unset means an even share.
  public var cpus: Int?
  /// Bytes of memory.
  public var memory: Int?
  /// Seconds of time.
  public var time: Int?
  /// Generic resources of a Slurm cluster, such as `gpu:1`; without meaning on this machine.
  public var gres: String?

  /// Creates resources; by default nothing is required.
  public init(cpus: Int? = nil, memory: Int? = nil, time: Int? = nil, gres: String? = nil) {
    (self.cpus, self.memory, self.time, self.gres) = (cpus, memory, time, gres)
  }
}

/// A threshold for a metric of a stage, checked on every run, including hits.
public struct MetricCheck: Sendable, Hashable {
  /// How the metric is compared with the threshold.
  public enum Relation: String, Sendable, Hashable, CaseIterable {
    /// Not less.
    case atLeast = "at-least"
    /// Not more.
    case atMost = "at-most"
  }

  /// The metric's name.
  public let metric: String
  /// The relation.
  public let relation: Relation
  /// The threshold.
  public let threshold: Double

  /// Creates a check.
  public init(metric: String, relation: Relation, threshold: Double) {
    (self.metric, self.relation, self.threshold) = (metric, relation, threshold)
  }

  /// Whether a value meets the threshold; `nil` and NaN do not.
  public func isMet(by value: Double?) -> Bool {
    guard let value else { return false }
    return switch relation {
    case .atLeast: value >= threshold
    case .atMost: value <= threshold
    }
  }

  /// `test/macro-f1 at-least 0.9`.
  public var text: String {
    "\(metric) \(relation.rawValue) \(JSONCanonicalForm.text(of: threshold))"
  }
}

/// A published value, shown next to the measured one.
public struct MetricReference: Sendable, Hashable {
  /// The metric's name.
  public let metric: String
  /// The published value.
  public let value: Double
  /// Where it was published.
  public let source: String
  /// The cells it applies to, by axis value; empty for all cells.
  public let when: [String: JSONValue]
}
