public import PipelineDSL
internal import Store

/// A mismatch between the record of a run and what an audit found.
public struct AuditProblem: Sendable, Hashable {
  /// Where it was found.
  public enum Kind: String, Sendable, Hashable {
    /// The file of the record, or a row of it.
    case record
    /// A seal, or a row that differs from the one that was sealed.
    case seal
    /// An object of the store.
    case object
    /// The file that holds the result under a key.
    case key
    /// An input of a stage.
    case input
    /// The cells, edges or keys, compared with the text of the pipeline.
    case pipeline
    /// The result of a stage that ran again.
    case replay
  }

  /// The kind of problem.
  public let kind: Kind
  /// The object, file, cell or row.
  public let subject: String
  /// What was expected.
  public let expected: String
  /// What was found instead.
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

/// One check of an audit: what was counted, and what was found.
public struct AuditCheck: Sendable {
  /// The name: `record`, `seals`, `objects`, `keys`, `inputs`, `pipeline`, `replay`.
  public let name: String
  /// What was counted, in display order, such as `objects`, 42.
  public var counts: [(what: String, count: Int)] = []
  /// Remarks that are not problems.
  public var notes: [String] = []
  /// The problems that were found.
  public var problems: [AuditProblem] = []

  init(_ name: String) { self.name = name }

  mutating func count(_ what: String, _ count: Int) { counts.append((what, count)) }

  mutating func report(
    _ kind: AuditProblem.Kind, _ subject: String, expected: String, found: String
  ) {
    problems.append(AuditProblem(kind: kind, subject: subject, expected: expected, found: found))
  }

  /// Adds a problem that the record reported.
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

/// What an audit of a run checked and found.
public struct AuditReport: Sendable {
  /// The run's id, or the given reference if the run could not be read.
  public let run: String
  /// Its pipeline's name.
  public let pipeline: String?
  /// Its recorded seal.
  public let seal: Digest?
  /// All checks, in order.
  public internal(set) var checks: [AuditCheck]
  /// Whether a signal ended the audit early.
  public internal(set) var isInterrupted = false

  /// The problems of all checks.
  public var problems: [AuditProblem] { checks.flatMap(\.problems) }

  /// The exit code: 0 without problems, 5 with problems, 130 if interrupted.
  public var exit: Int { isInterrupted ? 130 : problems.isEmpty ? 0 : 5 }

  /// The report as JSON.
  public var json: JSONValue {
    [
      "run": .string(run), "pipeline": pipeline.json, "seal": (seal?.hex).json,
      "sound": .bool(problems.isEmpty), "interrupted": .bool(isInterrupted),
      "checks": .array(checks.map(\.json)),
    ]
  }
}
