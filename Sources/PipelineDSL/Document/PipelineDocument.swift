/// A pipeline file as written; all parts keep their positions.
struct PipelineDocument: Sendable {
  let file: String
  var name = ""
  var description = ""
  /// Defaults, before `--set`.
  var parameters: [Parameter] = []
  var axes: [AxisDeclaration] = []
  /// Cells that match all coordinates of an entry do not exist.
  var exclude: [[AxisCoordinate]] = []
  var stages: [StageDeclaration] = []

  struct Parameter: Sendable {
    let name: String
    let position: SourcePosition
    let pointer: String
    var value: JSONValue
  }
}

/// An axis: a name and a list of values, each of which yields cells.
struct AxisDeclaration: Sendable {
  let name: String
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
  let member: LocatedJSON.Member
}

/// A stage as written.
struct StageDeclaration: Sendable {
  let name: String
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
  var references: [(published: MetricReference, when: [AxisCoordinate])] = []

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

  /// Creates resources; by default nothing is required.
  public init(cpus: Int? = nil, memory: Int? = nil, time: Int? = nil) {
    (self.cpus, self.memory, self.time) = (cpus, memory, time)
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
