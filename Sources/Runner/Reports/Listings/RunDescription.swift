public import PipelineDSL
public import Store

/// One run in full, without its histories: the output of `assay show`.
public struct RunDescription: Sendable {
  private let facts: RunFacts
  private let marks: RunMarks

  /// The description of a run.
  ///
  /// - Throws: An error if the record cannot be read.
  public init(_ run: RunSummary, records: RunRecords) throws(StoreError) {
    facts = try RunFacts(run, records)
    marks = try records.marks()[run.run.id] ?? RunMarks([])
  }

  // MARK: Text

  /// The description as text.
  public var text: String {
    let run = facts.summary.run
    var head = TextTable([.left("run"), .left(run.id)])
    head.append(["pipeline", "\(run.pipeline) (\(run.pipelineDigest.short))"])
    head.append(["status", facts.summary.end?.status.rawValue ?? "unfinished"])
    head.append(["started", "\(Display.time(run.started)) on \(run.host), by \(run.user)"])
    if let seconds = facts.summary.seconds { head.append(["took", Display.seconds(seconds)]) }
    head.append(["command", run.command])
    if let seal = facts.summary.end?.seal { head.append(["seal", seal.hex]) }
    if !marks.tags.isEmpty { head.append(["tags", marks.tags.joined(separator: " ")]) }
    if marks.isPinned { head.append(["pinned", "yes"]) }
    if let sentence = facts.testSentence { head.append(["test set", sentence]) }
    for note in facts.events("note") { head.append(["note", note.text]) }
    for (name, value) in facts.parameters {
      head.append(["  \(name)", JSONCanonicalForm.text(of: value)])
    }
    return head.text + "\n" + cellTable + missingLines + checkLines + warningLines + divergenceLines
  }

  private var cellTable: String {
    var table = TextTable([
      .left("cell"), .left("status"), .right("attempt"), .left("process"), .right("time"),
      .right("memory"), .left("key"), .left("why"),
    ])
    for cell in facts.cells {
      let row = cell.row
      table.append([
        row.cell, row.status.rawValue, row.attempt > 0 ? String(row.attempt) : "",
        row.end?.description ?? "", row.seconds > 0 ? Display.seconds(row.seconds) : "",
        row.peakMemory > 0 ? ByteCount.text(row.peakMemory) : "", row.key?.short ?? "-", row.reason,
      ])
    }
    return table.text
  }

  private var missingLines: String {
    Self.block(
      "data missing: \(Display.count(facts.lacking, "cell")) could not run",
      facts.missing.flatMap { ["  " + $0.sentence, "    " + $0.remedy] })
  }

  private var checkLines: String {
    let lines = facts.cells.flatMap { cell in
      cell.checks.map { check in
        "  \(check.met ? "met    " : "not met") \(cell.row.cell): \(check.metric) "
          + "\(check.value.map(Display.number) ?? "missing"), \(check.relation) "
          + Display.number(check.threshold)
      }
    }
    return Self.block("checks", lines)
  }

  private var warningLines: String {
    Self.block("warnings", facts.events("warning").map { "  \($0.subject): \($0.text)" })
  }

  private var divergenceLines: String {
    Self.block(
      "divergences: the same key produced other bytes",
      facts.divergences.map { row in
        "  \(row.cell) \(row.port): \(Display.text(.string(row.existing))) in the store, "
          + "\(Display.text(.string(row.found))) found"
          + (row.file.map { ", first in \($0)" } ?? "") + (row.run == nil ? " by an audit" : "")
      })
  }

  private static func block(_ title: String, _ lines: [String]) -> String {
    guard !lines.isEmpty else { return "" }
    return "\n\(title)\n" + lines.map { Display.line($0) + "\n" }.joined()
  }

  // MARK: JSON

  /// The description as JSON.
  public var json: JSONValue {
    var object = facts.summary.json(marks)
    object["test-evaluations"] = [
      "results": .integer(facts.testEvaluations.results),
      "runs": .integer(facts.testEvaluations.runs),
    ]
    object["notes"] = .array(facts.events("note").map { .string($0.text) })
    object["parameters"] = .object(JSONObject(facts.parameters.map { ($0.name, $0.value) }))
    object["environment"] = .object(
      JSONObject(facts.environment.map { ($0.name, .string($0.value)) }))
    object["cells"] = .array(facts.cells.map { .object(Self.json($0)) })
    object["warnings"] = .array(
      facts.events("warning").map { ["cell": .string($0.subject), "text": .string($0.text)] })
    object["missing"] = .array(facts.missing.map(\.json))
    object["references"] = .array(
      facts.references.map {
        [
          "cell": .string($0.cell), "metric": .string($0.metric), "value": Display.json($0.value),
          "source": .string($0.source),
        ]
      })
    object["divergences"] = .array(
      facts.divergences.map {
        [
          "cell": .string($0.cell), "port": .string($0.port), "key": .string($0.key.hex),
          "existing": .string($0.existing), "found": .string($0.found), "file": $0.file.json,
          "audit": .bool($0.run == nil),
        ]
      })
    return .object(object)
  }

  private static func json(_ cell: RunFacts.CellFacts) -> JSONObject {
    let row = cell.row
    return [
      "cell": .string(row.cell), "stage": .string(row.stage), "kind": .string(row.kind),
      "status": .string(row.status.rawValue), "reason": .string(row.reason),
      "key": row.key.map { .string($0.hex) } ?? .null,
      "attempt": row.attempt > 0 ? .integer(row.attempt) : .null,
      "started": .number(row.started), "seconds": .number(row.seconds),
      "cpu-seconds": .number(row.cpuSeconds), "peak-memory": .integer(row.peakMemory),
      "exit": (row.end?.code).json, "signal": (row.end?.signal).json,
      "log": row.log.map { .string($0.hex) } ?? .null,
      "scratch": row.scratch.map { .string($0) } ?? .null,
      "artifacts": .object(
        JSONObject(
          cell.artifacts.map { artifact in
            (
              artifact.port,
              [
                "type": .string(artifact.type.rawValue), "digest": .string(artifact.digest.hex),
                "bytes": .integer(artifact.bytes),
              ]
            )
          })),
      "metrics": .object(JSONObject(cell.lastValues.map { ($0.name, Display.json($0.value)) })),
      "checks": .array(
        cell.checks.map { check in
          [
            "metric": .string(check.metric), "relation": .string(check.relation),
            "threshold": Display.json(check.threshold),
            "value": check.value.map(Display.json) ?? .null, "met": .bool(check.met),
          ]
        }),
    ]
  }
}
