internal import PipelineDSL

extension ResultsReport {
  /// The entries of all tables, one per row, with numbers in full.
  var csv: String {
    var table = CSVTable(columns: [
      "run", "pipeline", "stage", "metric", "place", "row", "column", "state", "n", "of", "ours",
      "low", "high", "interval", "published", "source",
    ])
    for run in runs {
      for grid in run.tables {
        let place = grid.place.map { "\($0.axis)=\($0.value)" }.joined(separator: ",")
        for entry in grid.entries {
          let cell = entry.cell
          table.append(
            [run.id, run.pipeline, grid.stage, entry.metric, place]
              + [entry.row, entry.column ?? "", cell.state, String(cell.count)]
              + [String(cell.expected)]
              + [cell.ours, cell.bounds?.lowerBound, cell.bounds?.upperBound].map(Self.text)
              + [cell.method?.rawValue ?? "", Self.text(cell.published), cell.source])
        }
      }
    }
    return String(decoding: table.bytes, as: UTF8.self)
  }

  static func text(_ value: Double?) -> String {
    value.map { JSONCanonicalForm.text(of: $0) } ?? ""
  }
}

extension GridTable {
  /// The entries, row by row: the values of both axes, the metric and the cell.
  var entries: [(row: String, column: String?, metric: String, cell: GridCell)] {
    zip(rows, cells).flatMap { row, cells in
      zip(columns, cells).map { column, cell in
        metric.map { (row, column, $0, cell) } ?? (row, nil, column, cell)
      }
    }
  }
}
