internal import PipelineDSL
internal import Store

/// The tables that are made from the record of a run.
enum RecordTables {
  /// The results in the layout of a paper, a table per metric.
  static func results(_ layout: GridLayout, _ facts: RunFacts) -> [ExportTables.Entry] {
    layout.tables.map { table in
      let parts =
        [table.stage, table.metric].compactMap(\.self)
        + table.place.map { "\($0.axis)=\($0.value)" }
      return ExportTables.Entry(
        name: (["results"] + parts).joined(separator: "/"), about: table.title
      ) {
        .value(ExportTable(table, caption: caption(table, facts)))
      }
    }
  }

  /// The title, the number of samples, and what the entries mean.
  private static func caption(_ table: GridTable, _ facts: RunFacts) -> String {
    var sentences = [table.title]
    let parts = Set((table.metric.map { [$0] } ?? table.columns).map { $0.prefix { $0 != "/" } })
    for part in parts.sorted() {
      let counts = facts.cells(of: table.stage).compactMap { cell in
        cell.metrics.last { $0.name == "\(part)/samples" }?.value
      }
      guard let low = counts.min(), let high = counts.max() else { continue }
      let span = low == high ? "" : " to \(Display.number(high))"
      sentences.append("\(part): n = \(Display.number(low))\(span) samples in each cell")
    }
    sentences += table.legend
    if table.repeats.isEmpty { sentences.append("one run of each cell") }
    return (sentences + ["no test between entries"]).joined(separator: "; ") + "."
  }

  /// Thresholds and published numbers beside the values of the run.
  static func checks(_ facts: RunFacts) -> [ExportTables.Entry] {
    var table = CSVTable(columns: ["cell", "metric", "value", "relation", "threshold", "met"])
    for cell in facts.cells {
      for check in cell.checks {
        table.append([
          cell.row.cell, check.metric, check.value.map(text) ?? "", check.relation,
          text(check.threshold), check.met ? "yes" : "no",
        ])
      }
    }
    guard !table.rows.isEmpty else { return [] }
    let whole = table
    return [
      ExportTables.Entry(name: "checks", about: "thresholds and the values of the run") {
        .value(
          ExportTable(
            whole, caption: "Checks of run \(facts.summary.run.id); no interval and no test."))
      }
    ]
  }

  /// Every metric of every stage, histories by their last value: rows are metrics, columns cells.
  static func metrics(_ facts: RunFacts) -> [ExportTables.Entry] {
    facts.graph.stages.compactMap { stage in
      let cells = facts.cells(of: stage.name).filter { !$0.metrics.isEmpty }
      guard !cells.isEmpty else { return nil }
      return ExportTables.Entry(name: "metrics/\(stage.name)", about: "all metrics by cell") {
        let values = cells.map { Dictionary(uniqueKeysWithValues: $0.lastValues.map { ($0, $1) }) }
        var table = CSVTable(columns: ["metric"] + cells.map(\.row.cell))
        for name in Set(values.flatMap(\.keys)).sorted(by: RunFacts.natural) {
          table.append([name] + values.map { $0[name].map(text) ?? "" })
        }
        let caption = "Metrics of \(stage.name) in run \(facts.summary.run.id), n = 1 value of each"
        return .value(ExportTable(table, caption: caption + "; histories by their last value."))
      }
    }
  }

  private static func text(_ value: Double) -> String { JSONCanonicalForm.text(of: value) }
}

extension ExportTable {
  /// A table of results: printed as in a paper, in full with an entry per row.
  init(_ grid: GridTable, caption: String) {
    var display = TextTable([.left(grid.corner)] + grid.columns.map { .right($0) })
    for (row, texts) in zip(grid.rows, grid.texts) { display.append([row] + texts) }
    let columns = [grid.corner] + [grid.columnAxis].compactMap(\.self)
    var full = CSVTable(
      columns: columns + [
        "metric", "state", "n", "of", "ours", "low", "high", "interval", "published", "source",
      ])
    for entry in grid.entries {
      let cell = entry.cell
      full.append(
        [entry.row] + [entry.column].compactMap(\.self)
          + [entry.metric, cell.state, String(cell.count), String(cell.expected)]
          + [cell.ours, cell.bounds?.lowerBound, cell.bounds?.upperBound]
          .map(ResultsReport.text)
          + [cell.method?.rawValue ?? "", ResultsReport.text(cell.published), cell.source])
    }
    self.init(full: full, display: display, caption: caption)
  }
}
