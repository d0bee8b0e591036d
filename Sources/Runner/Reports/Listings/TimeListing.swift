public import PipelineDSL
public import Store

/// The times of one or more runs: for each model, seconds by phase.
public struct TimeListing: Sendable {
  private let runs: [RunTimes]

  /// The times of some runs.
  ///
  /// - Throws: An error if the record cannot be read.
  public init(_ runs: [RunSummary], records: RunRecords) throws(StoreError) {
    var all: [RunTimes] = []
    for run in runs { all.append(try RunTimes(try RunFacts(run, records), records)) }
    self.runs = all
  }

  /// The times as text for a terminal of some width, or in full: one line per model of a run.
  public func text(width: Int?) -> String {
    let phases = Phase.sorted(runs.flatMap(\.phases))
    guard !phases.isEmpty else { return "no times are recorded\n" }
    var table = TextTable(
      [.fixed("run", importance: 2), .left("cell")]
        + phases.map { .right($0, importance: 3) }
        + [.right("overall"), .left("from", importance: 1)])
    for times in runs {
      for row in times.rows {
        table.append(
          [times.run, row.cell] + phases.map { row.seconds[$0].map(Display.seconds) ?? "" }
            + [Display.seconds(row.overall), row.origin])
      }
    }
    return table.text(width: width)
      + "cells that several models share count in each of them\n"
  }

  /// The times as JSON, in seconds.
  public var json: JSONValue {
    .array(
      runs.flatMap { times in
        times.rows.map { row -> JSONValue in
          let phases = Phase.sorted(row.seconds.keys).map {
            ($0, JSONValue.number(row.seconds[$0] ?? 0))
          }
          let cached = row.cached.sorted { $0.key < $1.key }.map { run, count -> JSONValue in
            ["run": .string(run), "cells": .integer(count)]
          }
          return [
            "run": .string(times.run), "cell": .string(row.cell), "kind": .string(row.kind),
            "seconds": .object(JSONObject(phases)), "overall": .number(row.overall),
            "executed": .integer(row.executed), "cached": .array(cached),
            "unknown": row.unknown.sorted().json,
          ]
        }
      })
  }
}
