internal import Foundation
public import PipelineDSL
public import Store

/// A list of runs: when they started, how they ended, their counts and marks.
public struct RunListing: Sendable {
  private let runs: [RunSelection.Match]
  /// The list as a table.
  public let table: ListingTable
  private let isPlain: Bool

  /// A list of some runs, in the order given unless the request asks for another.
  ///
  /// Columns of the request may also be `host`, `user`, `command`, `seal`, `metric.NAME`,
  /// `axis.NAME` and `parameter.NAME`.
  ///
  /// - Throws: `StoreError` if the record cannot be read, `QueryError` if a column is unknown.
  public init(
    _ selection: RunSelection, records: RunRecords, request: ListingRequest = ListingRequest()
  ) throws {
    isPlain = request.columns.isEmpty
    let extra = request.names.compactMap { name in
      FilterField(name).flatMap { $0.hasName ? (name, $0) : nil }
    }
    let fields = Dictionary(extra) { first, _ in first }
    let values = try RunValues(fields.values, of: selection.runs, records: records)
    try Self.check(fields, values, selection, records)
    let names = fields.keys.sorted(by: RunFacts.natural)
    var table = ListingTable(
      Self.columns
        + names.map { name in
          let isText = name.hasPrefix("axis.")
          return .init(
            name: name, style: isText ? .left(name) : .right(name), isDefault: false)
        }, empty: "no recorded runs\n")
    for match in selection.matches {
      table.append(
        Self.fields(match)
          + names.map { name in fields[name].map { Self.field($0, match, values) } ?? .init("") })
    }
    // The order of the rows is also that of the JSON objects, which have no columns to sort by.
    let places = ListingRequest(columns: ["run"], sort: request.sort, limit: request.limit)
    let byID = Dictionary(selection.matches.map { ($0.run.run.id, $0) }) { first, _ in first }
    runs =
      try table.requested(places).json.elements?.compactMap {
        $0["run"]?.text.flatMap { byID[$0] }
      } ?? []
    self.table = try table.requested(request)
  }

  private static let columns: [ListingTable.Column] = [
    .init(name: "run", style: .fixed("run")),
    .init(name: "pipeline", style: .left("pipeline")),
    .init(name: "status", style: .fixed("status")),
    .init(name: "started", style: .fixed("started", importance: 3)),
    .init(name: "took", style: .right("took", importance: 7)),
    .init(name: "hit", style: .right("hit", importance: 2)),
    .init(name: "executed", style: .right("executed", importance: 4)),
    .init(name: "failed", style: .right("failed", importance: 5)),
    .init(name: "skipped", style: .right("skipped", importance: 1)),
    .init(name: "marks", style: .left("marks", importance: 6)),
    .init(name: "host", style: .left("host"), isDefault: false),
    .init(name: "user", style: .left("user"), isDefault: false),
    .init(name: "command", style: .left("command"), isDefault: false),
    .init(name: "seal", style: .fixed("seal"), isDefault: false),
  ]

  /// The names of all columns except those of metrics, axes and parameters.
  public static let columnNames = columns.map(\.name)

  private static func fields(_ match: RunSelection.Match) -> [ListingTable.Field] {
    let (run, marks) = (match.run, match.marks)
    func count(_ status: StageStatus) -> ListingTable.Field {
      .init(run.end.map { $0.counts[status] ?? 0 }, none: "-")
    }
    let names = marks.tags + (marks.isPinned ? ["(pinned)"] : [])
    let time = Display.time(run.run.started)
    return [
      .init(run.run.id), .init(run.run.pipeline), .init(run.status),
      .init(time, .string(time.replacing(" UTC", with: "Z").replacing(" ", with: "T"))),
      .init(
        run.seconds.map(Display.seconds) ?? "-", run.seconds.map { .number($0) } ?? .null),
      count(.hit), count(.executed), count(.failed), count(.skipped),
      .init(
        names.joined(separator: " "), names.isEmpty ? .null : .string(names.joined(separator: " "))),
      .init(run.run.host), .init(run.run.user), .init(run.run.command),
      .init(run.end?.seal.hex ?? "", run.end.map { .string($0.seal.hex) } ?? .null),
    ]
  }

  /// A field of a column such as `metric.test/macro-f1`: over the cells that were selected.
  private static func field(
    _ field: FilterField, _ match: RunSelection.Match, _ values: RunValues
  ) -> ListingTable.Field {
    let id = match.run.run.id
    let cells = values.cells(of: id).filter { match.cells?.contains($0) ?? true }
    switch field {
    case .metric(let name):
      let numbers = cells.compactMap { values.metric(name, id, $0) }.sorted()
      guard let low = numbers.first, let high = numbers.last else { return .init("", .null) }
      if numbers.count == 1 { return .init(low) }
      let text =
        low == high
        ? Display.number(low) : "\(Display.number(low)) to \(Display.number(high))"
      return .init("\(text) (\(numbers.count))", .array(numbers.map(Display.json)))
    case .axis(let name):
      let found = Set(cells.compactMap { values.axis(name, id, $0) }).sorted(by: RunFacts.natural)
      return .init(
        found.joined(separator: " "),
        found.isEmpty ? .null : found.count == 1 ? .string(found[0]) : found.json)
    case .parameter(let name):
      guard let value = values.parameter(name, id) else { return .init("", .null) }
      return .init(value.text ?? JSONCanonicalForm.text(of: value), value)
    default: return .init("")
    }
  }

  private static func check(
    _ fields: [String: FilterField], _ values: RunValues, _ selection: RunSelection,
    _ records: RunRecords
  ) throws {
    guard !selection.matches.isEmpty else { return }
    for (text, field) in fields {
      let found: (known: Bool, all: [String])
      switch field {
      case .metric(let name) where !values.hasMetric(name):
        found = (false, try records.metricNames().map { "metric." + $0 })
      case .axis(let name):
        found = (values.axisNames.contains(name), values.axisNames.sorted().map { "axis." + $0 })
      case .parameter(let name) where !values.hasParameter(name):
        found = (false, try records.parameterNames().map { "parameter." + $0 })
      default: continue
      }
      guard !found.known, !found.all.contains(text) else { continue }
      throw QueryError(unknown: "column", text, among: found.all, in: text)
    }
  }

  /// The list as text, one line per run, in full.
  public var text: String { table.text(width: nil) }

  /// The list as JSON: everything known of each run, or the columns that were asked for.
  public var json: JSONValue {
    isPlain ? .array(runs.map { .object($0.run.json($0.marks)) }) : table.json
  }
}

extension RunSummary {
  /// The word for a run that has not ended.
  static let unfinished = "unfinished"
  /// All words for how a run ended.
  static let statuses = RunStatus.allCases.map(\.rawValue) + [unfinished]

  /// How the run ended, in one word.
  var status: String { end?.status.rawValue ?? Self.unfinished }

  /// The wall-clock time in seconds, if the run has ended.
  var seconds: Double? { end.map { max(0, $0.finished - run.started) } }

  /// The run as JSON; times in seconds since 1970.
  func json(_ marks: RunMarks) -> JSONObject {
    var object: JSONObject = [
      "run": .string(run.id), "pipeline": .string(run.pipeline),
      "pipeline-digest": .string(run.pipelineDigest.hex), "command": .string(run.command),
      "host": .string(run.host), "user": .string(run.user), "started": .number(run.started),
      "status": .string(status),
    ]
    if let end {
      object["exit"] = .integer(end.exit)
      object["finished"] = .number(end.finished)
      object["counts"] = .object(
        JSONObject(
          StageStatus.allCases.map { ($0.rawValue, .integer(end.counts[$0] ?? 0)) }))
      object["seal"] = .string(end.seal.hex)
    }
    object["tags"] = .array(marks.tags.map { .string($0) })
    object["pinned"] = .bool(marks.isPinned)
    return object
  }
}
