public import PipelineDSL
public import Store

/// A list of runs: when they started, how they ended, their counts and marks.
public struct RunListing: Sendable {
  private let runs: [(run: RunSummary, marks: RunMarks)]

  /// A list of some runs, in the order given.
  ///
  /// - Throws: An error if the record cannot be read.
  public init(_ runs: [RunSummary], records: RunRecords) throws(StoreError) {
    let marks = try records.marks()
    self.runs = runs.map { ($0, marks[$0.run.id] ?? RunMarks([])) }
  }

  /// The list as text, one line per run.
  public var text: String {
    guard !runs.isEmpty else { return "no recorded runs\n" }
    var table = TextTable([
      .left("run"), .left("pipeline"), .left("status"), .left("started"), .right("took"),
      .right("hit"), .right("executed"), .right("failed"), .right("skipped"), .left("marks"),
    ])
    for (run, marks) in runs {
      let counts = run.end?.counts ?? [:]
      func count(_ status: StageStatus) -> String {
        run.end == nil ? "-" : String(counts[status] ?? 0)
      }
      let names = marks.tags + (marks.isPinned ? ["(pinned)"] : [])
      table.append([
        run.run.id, run.run.pipeline, run.end?.status.rawValue ?? "unfinished",
        Display.time(run.run.started), run.seconds.map(Display.seconds) ?? "-", count(.hit),
        count(.executed), count(.failed), count(.skipped), names.joined(separator: " "),
      ])
    }
    return table.text
  }

  /// The list as JSON.
  public var json: JSONValue {
    .array(runs.map { run, marks in .object(run.json(marks)) })
  }
}

extension RunSummary {
  /// The wall-clock time in seconds, if the run has ended.
  var seconds: Double? { end.map { max(0, $0.finished - run.started) } }

  /// The run as JSON; times in seconds since 1970.
  func json(_ marks: RunMarks) -> JSONObject {
    var object: JSONObject = [
      "run": .string(run.id), "pipeline": .string(run.pipeline),
      "pipeline-digest": .string(run.pipelineDigest.hex), "command": .string(run.command),
      "host": .string(run.host), "user": .string(run.user), "started": .number(run.started),
      "status": .string(end?.status.rawValue ?? "unfinished"),
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
