internal import Foundation
internal import PipelineDSL
internal import Store

extension RunIndex {
  /// The index for the script of the page: a list per column, and texts that repeat as numbers.
  ///
  /// `reports` has the runs whose report exists, by index, with their links.
  func json(reports: [Int: String]) -> JSONValue {
    let places = Dictionary(zip(pipelines, 0...)) { first, _ in first }
    let statuses = Set(runs.map(\.status)).sorted()
    let counts = StageStatus.allCases.map { status -> (String, JSONValue) in
      (status.rawValue, .array(runs.map { .integer($0.summary.end?.counts[status] ?? 0) }))
    }
    var tags: [(String, JSONValue)] = []
    for (index, run) in runs.enumerated() where !run.marks.tags.isEmpty {
      tags.append((String(index), run.marks.tags.json))
    }
    return [
      "ids": .array(runs.map { .string($0.summary.run.id) }), "pipelines": pipelines.json,
      "pipeline": .array(runs.map { .integer(places[$0.summary.run.pipeline] ?? 0) }),
      "statuses": statuses.json,
      "status": .array(runs.map { .integer(statuses.firstIndex(of: $0.status) ?? 0) }),
      "started": .array(runs.map { Self.rounded($0.summary.run.started, digits: 10) }),
      "seconds": .array(
        runs.map { run in run.summary.seconds.map { Self.rounded($0, digits: 6) } ?? .null }),
      "counts": .object(JSONObject(counts)),
      "checks": .array(runs.map { .integer($0.checks) }),
      "missed": .array(runs.map { .integer($0.missedChecks) }),
      "tags": .object(JSONObject(tags)),
      "pinned": .array(runs.indices.filter { runs[$0].marks.isPinned }.map { .integer($0) }),
      "reports": .object(
        JSONObject(reports.sorted { $0.key < $1.key }.map { (String($0.key), .string($0.value)) })),
      "metrics": .array(
        pipelines.flatMap { pipeline in
          let own = runs.indices.filter { runs[$0].summary.run.pipeline == pipeline }
          return (series[pipeline] ?? []).map { json($0, over: own, places[pipeline] ?? 0) }
        }),
      "parameters": .array(parameters.map { json($0.name, $0.values) }),
    ]
  }

  /// A metric over the runs of its pipeline, in their order.
  private func json(_ series: Series, over own: [Int], _ pipeline: Int) -> JSONValue {
    [
      "pipeline": .integer(pipeline), "stage": .string(series.stage),
      "name": .string(series.metric),
      "thresholds": .array(
        series.thresholds.map { [.string($0.relation), Self.rounded($0.threshold, digits: 6)] }),
      "values": .array(
        own.map { place in
          series.values[place].map { Self.rounded($0.mean, digits: 6) } ?? .null
        }),
    ]
  }

  /// A parameter: its values, and for each run the number of its value from 1, or 0 without one.
  private func json(_ name: String, _ values: [Int: String]) -> JSONValue {
    var known: [String: Int] = [:]
    var texts: [JSONValue] = []
    let numbers = runs.indices.map { place -> JSONValue in
      guard let value = values[place] else { return .integer(0) }
      if let number = known[value] { return .integer(number) }
      // Long values are cut, since the page only shows where runs differ.
      texts.append(.string(value.count > 120 ? value.prefix(117) + "..." : value))
      known[value] = texts.count
      return .integer(texts.count)
    }
    return ["name": .string(name), "values": .array(texts), "runs": .array(numbers)]
  }

  /// A number in a few digits; null if it is not finite.
  private static func rounded(_ value: Double, digits: Int) -> JSONValue {
    guard value.isFinite else { return .null }
    return .number(Double(String(format: "%.\(digits)g", value)) ?? value)
  }
}

extension RunIndex.Entry {
  /// The status for display.
  var status: String { summary.end?.status.rawValue ?? "unfinished" }
}
