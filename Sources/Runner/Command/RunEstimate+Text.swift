internal import Execution
internal import PipelineDSL
internal import Reports

extension RunEstimate {
  /// The number of runs that a line names.
  private static let runLimit = 2

  /// The estimate as text: one line per kind of stage, and the totals.
  var text: String {
    guard cells > 0 else { return "estimate: nothing would run\n" }
    var table = TextTable([
      .left("estimate"), .left("variant"), .right("cells"), .right("time"), .right("processor"),
      .right("memory"), .right("outputs"), .left("from"),
    ])
    for group in groups {
      guard let seconds = group.seconds else {
        table.append([
          group.kind, group.variant, String(group.cells), "?", "?", "?", "?",
          "never executed on this machine",
        ])
        continue
      }
      table.append([
        group.kind, group.variant, String(group.cells), Display.seconds(seconds),
        Display.seconds(group.processorSeconds), ByteCount.text(group.memory),
        ByteCount.text(group.bytes), Self.basis(group),
      ])
    }
    return table.text + totals.map { $0 + "\n" }.joined()
  }

  private static func basis(_ group: Group) -> String {
    let shown = group.runs.prefix(runLimit).joined(separator: ", ")
    let more = group.runs.count > runLimit ? " and \(group.runs.count - runLimit) more" : ""
    return Display.count(group.executions, "execution")
      + (group.isOtherVariant ? " of another variant, scaled," : "")
      + " in \(group.runs.count == 1 ? "run" : "runs") \(shown)\(more)"
  }

  private var totals: [String] {
    let least = unknown > 0 ? "at least " : "about "
    var lines = [
      "time: \(least)\(Display.seconds(seconds)) with up to \(Display.count(jobs, "cell")) at once "
        + "on \(Display.count(processors, "processor")); "
        + "processor time \(least)\(Display.seconds(processorSeconds))",
      "memory: \(least)\(ByteCount.text(memory)) at once; "
        + "store: \(least)\(ByteCount.text(bytes)) of new outputs",
    ]
    if unknown > 0 {
      lines.append(
        "unknown: \(Display.count(unknown, "cell")) of kinds that were never executed on this "
          + "machine; the totals leave them out. A run with fewer images and epochs serves as a "
          + "probe")
    }
    if undecided > 0 {
      lines.append(
        "upper bound: \(undecided) of \(Display.count(cells, "cell")) may turn out to be cached, "
          + "and training may stop before its last epoch")
    }
    return lines
  }

  /// The estimate as JSON: times in seconds, sizes in bytes.
  var json: JSONValue {
    [
      "cells": .integer(cells), "undecided": .integer(undecided), "unknown": .integer(unknown),
      "complete": .bool(unknown == 0), "seconds": .number(seconds),
      "processor-seconds": .number(processorSeconds), "memory": .integer(memory),
      "bytes": .integer(bytes), "processors": .integer(processors), "jobs": .integer(jobs),
      "groups": .array(
        groups.map { group in
          [
            "kind": .string(group.kind), "variant": .string(group.variant),
            "cells": .integer(group.cells), "seconds": group.seconds.json,
            "processor-seconds": .number(group.processorSeconds),
            "memory": .integer(group.memory), "bytes": .integer(group.bytes),
            "executions": .integer(group.executions), "runs": group.runs.json,
            "other-variant": .bool(group.isOtherVariant),
          ]
        }),
    ]
  }
}
