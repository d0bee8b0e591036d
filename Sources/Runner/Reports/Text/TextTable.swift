/// A table for a terminal: columns as wide as their widest field, numbers right-aligned.
public struct TextTable: Sendable {
  /// A column: its heading, the alignment of its fields, and what may happen to it in a narrow
  /// terminal.
  public struct Column: Sendable, Hashable {
    let heading: String
    let isRight: Bool
    /// Whether its fields may be shortened in the middle.
    let isFlexible: Bool
    /// The column with the lowest importance is left out first; `nil` for one that always stays.
    let importance: Int?

    /// A column of text, which may be shortened.
    public static func left(_ heading: String, importance: Int? = nil) -> Column {
      Column(heading: heading, isRight: false, isFlexible: true, importance: importance)
    }

    /// A column of text that is never shortened, such as ids.
    public static func fixed(_ heading: String, importance: Int? = nil) -> Column {
      Column(heading: heading, isRight: false, isFlexible: false, importance: importance)
    }

    /// A column of numbers, which are never shortened.
    public static func right(_ heading: String, importance: Int? = nil) -> Column {
      Column(heading: heading, isRight: true, isFlexible: false, importance: importance)
    }

    /// The column as one that is never left out.
    var always: Column {
      Column(heading: heading, isRight: isRight, isFlexible: isFlexible, importance: nil)
    }
  }

  /// The columns.
  public let columns: [Column]
  /// The rows, each with one field per column.
  public private(set) var rows: [[String]] = []

  /// A table without rows.
  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row.
  ///
  /// - Precondition: The row has one field per column.
  public mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "a row of \(row.count) among \(columns.count) columns")
    rows.append(row.map(Display.line))
  }

  /// The table with its first rows only.
  func prefix(_ count: Int) -> TextTable {
    guard count < rows.count else { return self }
    var table = TextTable(columns)
    table.rows = Array(rows.prefix(count))
    return table
  }

  /// The headings and the rows in full, each on a line of its own; two spaces between columns.
  public var text: String { lines(widths) }

  /// The width of each column: that of its heading or its widest field.
  var widths: [Int] {
    columns.indices.map { column in
      rows.reduce(columns[column].heading.count) { max($0, $1[column].count) }
    }
  }

  /// The headings and the rows in columns of some widths; longer fields are shortened in the middle.
  func lines(_ widths: [Int]) -> String {
    ([columns.map(\.heading)] + rows).map { row in
      var line = ""
      for (column, field) in row.enumerated() {
        if column > 0 { line += "  " }
        let field = Display.shortened(field, to: widths[column])
        let padding = String(repeating: " ", count: widths[column] - field.count)
        line += columns[column].isRight ? padding + field : field + padding
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
