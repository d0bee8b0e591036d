internal import PipelineDSL

/// A table of a run as it goes into a paper or another program.
public struct ExportTable: Sendable {
  /// A form of the text.
  public enum Format: String, Sendable, CaseIterable {
    /// All columns, with numbers in full.
    case csv
    /// One `table` for the package `booktabs`.
    case latex
    /// A table of CommonMark.
    case markdown
  }

  /// What a reader must know to judge the table, as sentences: n, seeds, interval and test.
  public let caption: String
  /// All columns, with numbers in full.
  let full: CSVTable
  /// What is printed.
  let display: TextTable

  /// A table that prints all its columns, with numbers shortened.
  init(_ table: CSVTable, caption: String) {
    self.init(full: table, display: TextTable(shortening: table), caption: caption)
  }

  /// A table whose print differs from its columns.
  init(full: CSVTable, display: TextTable, caption: String) {
    (self.full, self.display) = (full, display)
    self.caption = Display.line(caption)
  }

  /// The table in a format; CSV has no place for the caption.
  public func text(_ format: Format) -> String {
    switch format {
    case .csv: String(decoding: full.bytes, as: UTF8.self)
    case .markdown: display.markdown + "\n" + Markdown.escaped(caption) + "\n"
    case .latex:
      LaTeX.table(
        head: display.columns.map(\.heading),
        alignment: display.columns.dropFirst().map(\.isRight),
        display.rows.map { $0.map(LaTeX.escaped) }, caption: [LaTeX.escaped(caption)])
    }
  }
}

extension TextTable {
  /// A table with its numbers shortened and right-aligned.
  init(shortening table: CSVTable) {
    let isNumeric = table.columns.indices.map { column in
      table.rows.allSatisfy { $0[column].isEmpty || Double($0[column]) != nil }
    }
    self.init(zip(table.columns, isNumeric).map { $1 ? .right($0) : .left($0) })
    for row in table.rows {
      append(
        zip(row, isNumeric).map { field, isNumber in
          isNumber ? Double(field).map(Display.number) ?? "" : field
        })
    }
  }
}
