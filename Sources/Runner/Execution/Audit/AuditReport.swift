public import PipelineDSL
internal import Store

/// Something that is not as the record of a run says.
public struct AuditProblem: Sendable, Hashable {
  /// Where it was found.
  public enum Kind: String, Sendable, Hashable {
    /// The file of the record, or a row of it.
    case record
    /// A seal, or a row that is not the one that was sealed.
    case seal
    /// An object of the store.
    case object
    /// The file that holds the result under a key.
    case key
    /// What went into a stage.
    case input
    /// What the text of the pipeline gives.
    case pipeline
    /// What a stage gave when it ran again.
    case replay
  }

  /// What kind of problem it is.
  public let kind: Kind
  /// The object, file, cell or row.
  public let subject: String
  /// What should be there.
  public let expected: String
  /// What is.
  public let found: String

  /// `key results/store/keys/ab/cd.json: expected ..., found ...`.
  public var text: String { "\(kind.rawValue) \(subject): expected \(expected), found \(found)" }

  var json: JSONValue {
    [
      "kind": .string(kind.rawValue), "subject": .string(subject), "expected": .string(expected),
      "found": .string(found),
    ]
  }
}

/// One thing an audit looked at: how much of it, and what it found.
public struct AuditCheck: Sendable {
  /// The name: `record`, `seals`, `objects`, `keys`, `inputs`, `pipeline`, `replay`.
  public let name: String
  /// What was counted, in the order of the page: `objects`, 42.
  public var counts: [(what: String, count: Int)] = []
  /// What is to be known and is not a problem.
  public var notes: [String] = []
  /// What is not in order.
  public var problems: [AuditProblem] = []

  init(_ name: String) { self.name = name }

  mutating func count(_ what: String, _ count: Int) { counts.append((what, count)) }

  mutating func report(
    _ kind: AuditProblem.Kind, _ subject: String, expected: String, found: String
  ) {
    problems.append(AuditProblem(kind: kind, subject: subject, expected: expected, found: found))
  }

  /// Takes over a problem of the record.
  mutating func report(_ kind: AuditProblem.Kind, _ problem: RecordProblem, of run: String? = nil) {
    let row = problem.row.map { ", row \($0)" } ?? ""
    let owner = run.map { " of run \($0)" } ?? ""
    self.report(
      kind, "table \(problem.table)\(row)\(owner)", expected: problem.expected, found: problem.found
    )
  }

  var json: JSONValue {
    [
      "check": .string(name),
      "checked": .object(JSONObject(counts.map { ($0.what, .integer($0.count)) })),
      "notes": notes.json, "problems": .array(problems.map(\.json)),
    ]
  }
}

/// What an audit of a run looked at and found.
public struct AuditReport: Sendable {
  /// The run, as far as it could be told.
  public let run: String
  /// Its pipeline's name.
  public let pipeline: String?
  /// Its recorded seal.
  public let seal: Digest?
  /// All that was checked, in order.
  public internal(set) var checks: [AuditCheck]
  /// Whether somebody stopped it before its end.
  public internal(set) var isInterrupted = false

  /// Everything that is not in order.
  public var problems: [AuditProblem] { checks.flatMap(\.problems) }

  /// 0 if all is in order, 5 if something is not, 130 if it was stopped.
  public var exit: Int { isInterrupted ? 130 : problems.isEmpty ? 0 : 5 }

  /// The report for a program.
  public var json: JSONValue {
    [
      "run": .string(run), "pipeline": pipeline.json, "seal": (seal?.hex).json,
      "sound": .bool(problems.isEmpty), "interrupted": .bool(isInterrupted),
      "checks": .array(checks.map(\.json)),
    ]
  }
}
