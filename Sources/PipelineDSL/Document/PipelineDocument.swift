/// A pipeline file as it was written: every part still knows its place.
struct PipelineDocument: Sendable {
  let file: String
  var name = ""
  var description = ""
  /// Defaults, before `--set`.
  var parameters: [Parameter] = []
  var axes: [AxisDeclaration] = []
  /// Cells that contain all of an entry do not exist.
  var exclude: [[AxisCoordinate]] = []
  var stages: [StageDeclaration] = []

  struct Parameter: Sendable {
    let name: String
    let position: SourcePosition
    let pointer: String
    var value: JSONValue
  }
}

/// An axis: a name, and the values that stages take in turn.
struct AxisDeclaration: Sendable {
  let name: String
  let position: SourcePosition
  let pointer: String
  let values: [AxisValue]
}

/// A value of an axis: a scalar, or an object with a `name`.
public struct AxisValue: Sendable, Hashable {
  /// The scalar, or the object's `name`: what a cell is called by.
  public let label: JSONValue
  /// The object's members; empty for a scalar.
  public let fields: JSONObject

  /// The label as a cell's name shows it.
  public var text: String { label.text ?? JSONCanonicalForm.text(of: label) }
}

/// A place on an axis, and where it was written.
struct AxisCoordinate: Sendable {
  /// Index into `PipelineDocument.axes`.
  let axis: Int
  /// Index into the axis's values.
  let value: Int
  let member: LocatedJSON.Member
}

/// A stage as it was written.
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
    /// The input port, where `needs` names it.
    let port: String?
    let stage: String
    /// The output port, where written as `stage.port`.
    let output: String?
    let node: LocatedJSON

    /// `stage`, or `stage.port`.
    var text: String { output.map { "\(stage).\($0)" } ?? stage }
  }
}

/// What a stage asks of the machine; in no key.
public struct Resources: Sendable, Hashable {
  /// Processors; unset means an even share.
  public var cpus: Int?
  /// Bytes of memory.
  public var memory: Int?
  /// Seconds of time.
  public var time: Int?

  /// Nothing asked for.
  public init(cpus: Int? = nil, memory: Int? = nil, time: Int? = nil) {
    (self.cpus, self.memory, self.time) = (cpus, memory, time)
  }
}

/// A threshold that a stage's metric must meet, judged on every run, hits included.
public struct MetricCheck: Sendable, Hashable {
  /// How the metric is held to the threshold.
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

  /// A check.
  public init(metric: String, relation: Relation, threshold: Double) {
    (self.metric, self.relation, self.threshold) = (metric, relation, threshold)
  }

  /// Whether a value meets the threshold; none and NaN do not.
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

/// A number published elsewhere, shown beside ours.
public struct MetricReference: Sendable, Hashable {
  /// The metric's name.
  public let metric: String
  /// The published value.
  public let value: Double
  /// Where it was published.
  public let source: String
  /// The cells it speaks of, by axis value; empty for all.
  public let when: [String: JSONValue]
}
