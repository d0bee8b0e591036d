internal import PipelineDSL

extension ResultsReport {
  /// The results as JSON, one element per run.
  var json: JSONValue { .array(runs.map(Self.json)) }

  private static func json(_ run: RunResults) -> JSONValue {
    [
      "run": .string(run.id), "pipeline": .string(run.pipeline),
      "about": .string(run.about), "started": .string(run.started),
      "status": .string(run.status),
      "seal": run.seal.map { .string($0.hex) } ?? .null,
      "notes": .array(run.notes.map { .string($0) }),
      "tables": .array(run.tables.map(json)), "appendices": .array(run.appendices.map(json)),
    ]
  }

  private static func json(_ table: GridTable) -> JSONValue {
    [
      "stage": .string(table.stage), "metric": table.metric.json, "rows": table.rowAxis.json,
      "columns": table.columnAxis.json,
      "place": .object(JSONObject(table.place.map { ($0.axis, .string($0.value)) })),
      "repeats": table.repeats.json,
      "entries": .array(
        table.entries.map { entry in
          let cell = entry.cell
          return [
            "row": .string(entry.row), "column": entry.column.json,
            "metric": .string(entry.metric), "state": .string(cell.state),
            "n": .integer(cell.count), "of": .integer(cell.expected), "ours": cell.ours.json,
            "low": (cell.bounds?.lowerBound).json, "high": (cell.bounds?.upperBound).json,
            "interval": (cell.method?.rawValue).json, "published": cell.published.json,
            "source": .string(cell.source),
          ]
        }),
    ]
  }

  private static func json(_ appendix: ResultAppendix) -> JSONValue {
    var object: JSONObject = ["title": .string(appendix.title), "about": .string(appendix.about)]
    switch appendix.content {
    case .problem(let reason): object["problem"] = .string(reason)
    case .table(let table):
      object["columns"] = table.columns.json
      object["rows"] = table.rows.json
    }
    return .object(object)
  }
}
