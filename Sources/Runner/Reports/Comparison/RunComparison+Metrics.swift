internal import PipelineDSL
internal import Store

extension RunComparison {
  /// The metrics that differ, of some cells or of all, as a table: those with checks and those of the
  /// test set first.
  ///
  /// - Throws: `QueryError` if a column is unknown.
  public func metricTable(
    of cells: Set<String>? = nil, _ request: ListingRequest
  ) throws(QueryError) -> ListingTable {
    let chosen = metrics.filter { cells?.contains($0.cell) ?? true }
    return try Self.table(of: chosen.filter(\.leads) + chosen.filter { !$0.leads })
      .requested(request)
  }

  /// The table of some metrics.
  static func table(of metrics: [MetricDifference]) -> ListingTable {
    var table = ListingTable(
      [
        .init(name: "cell", style: .left("cell")), .init(name: "metric", style: .left("metric")),
        .init(name: "a", style: .right("a")), .init(name: "b", style: .right("b")),
        .init(name: "difference", style: .right("difference")),
        .init(name: "steps", style: .right("steps", importance: 1)),
        .init(name: "check", style: .left("check", importance: 2)),
      ], empty: "no metric differs\n")
    for row in metrics {
      table.append([
        .init(row.cell), .init(row.name), .init(row.a, none: "-"), .init(row.b, none: "-"),
        .init(
          row.change.map(Display.difference) ?? "-", row.change.map(Display.json) ?? .null),
        .init(row.steps > 1 ? String(row.steps) : "", .integer(row.steps)),
        .init(row.check ?? "", row.check.map { .string($0) } ?? .null),
      ])
    }
    return table
  }

  /// How the checks of a metric ended in two runs, such as `at-least 0.9: met in a, not in b`.
  static func check(
    _ name: String, _ a: RunFacts.CellFacts, _ b: RunFacts.CellFacts
  ) -> String? {
    func limit(_ check: CheckRow) -> String {
      "\(check.relation) \(Display.number(check.threshold))"
    }
    let old = a.checks.filter { $0.metric == name }
    let new = b.checks.filter { $0.metric == name }
    var texts: [String] = []
    for check in new {
      let before = old.first { limit($0) == limit(check) }
      let outcome =
        switch (before?.met, check.met) {
        case (true, true), (nil, true): "met"
        case (false, false), (nil, false): "not met"
        case (true, false): "met in a, not in b"
        case (false, true): "met in b, not in a"
        }
      texts.append("\(limit(check)): \(outcome)" + (before == nil ? " (only in b)" : ""))
    }
    for check in old where !new.contains(where: { limit($0) == limit(check) }) {
      texts.append("\(limit(check)): \(check.met ? "met" : "not met") (only in a)")
    }
    return texts.isEmpty ? nil : texts.joined(separator: "; ")
  }
}
