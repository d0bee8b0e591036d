internal import PipelineDSL
internal import Store

/// The tables that a stage makes from many cells: statistics over repeats, and every cell.
enum ResultTables {
  /// The stage kind that writes them.
  static let kind = "compare"
  private static let (rowLimit, columnLimit) = (500, 40)
  /// The largest diagram that is shown, in bytes.
  private static let diagramLimit = 1 << 20

  /// The tables of a cell's metrics that `compare` writes; empty if it has none of them.
  static func html(_ cell: RunFacts.CellFacts, _ reader: ArtifactReader) -> HTML {
    var body = HTML.empty
    for artifact in cell.artifacts where artifact.type == .metrics {
      guard case .value(let files) = reader.files(artifact) else { continue }
      let tables =
        ResultAppendix.comparisons + [(file: ComparisonFormat.comparison, about: "side by side")]
      for (name, about) in tables {
        switch reader.table(name, in: files) {
        case nil: continue
        case .missing(let reason)?: body += ResultsSection.missing(reason)
        case .value(let table)? where table.rows.isEmpty: continue
        case .value(let table)?:
          body += "<h3>\(cell.row.cell) <span class=\"soft\">\(about)</span></h3>"
          body += self.table(table, name: "\(cell.row.cell) \(name)")
        }
      }
      body += diagram(in: files, of: cell, reader)
    }
    return body
  }

  /// The diagram of mean ranks as an image; empty for a cell without one.
  private static func diagram(
    in files: [ArtifactManifest.File], of cell: RunFacts.CellFacts, _ reader: ArtifactReader
  ) -> HTML {
    guard let file = files.first(where: { $0.path == ComparisonFormat.diagram }) else {
      return .empty
    }
    guard file.size <= diagramLimit else {
      return ResultsSection.missing(
        "\(file.path) is too large to be shown (\(ByteCount.text(file.size)))")
    }
    switch reader.bytes(file) {
    case .missing(let reason): return ResultsSection.missing(reason)
    case .value(let bytes):
      return """
        <h3>\(cell.row.cell) <span class="soft">mean ranks; bars join values of which no difference \
        was shown</span></h3>
        <div class="scroll"><img alt="mean ranks and critical difference" \
        src="data:image/svg+xml;base64,\(HTML.base64(bytes))"></div>
        """
    }
  }

  /// A table as it is, with numbers shortened and right-aligned.
  static func table(_ table: CSVTable, name: String) -> HTML {
    let columns = Array(table.columns.indices.prefix(columnLimit))
    let isNumeric = columns.map { column in
      table.rows.allSatisfy { $0[column].isEmpty || Double($0[column]) != nil }
    }
    var data = DataTable(
      name: name,
      zip(columns, isNumeric).map { column, right in
        right ? .number(table.columns[column]) : .text(table.columns[column])
      })
    let (shown, rest) = ResultsSection.cut(table.rows, to: rowLimit, "row", see: "'assay checkout'")
    for row in shown {
      data.append(
        zip(columns, isNumeric).map { column, right in
          guard right, let number = Double(row[column]) else { return .init(row[column]) }
          return .init(html: "\(Display.number(number))", value: row[column])
        })
    }
    let hidden = table.columns.count - columns.count
    let more: HTML =
      hidden > 0
      ? "<p class=\"soft small\">and \(Display.count(hidden, "more column"))</p>" : .empty
    return "\(data.html)\(rest)\(more)"
  }
}
