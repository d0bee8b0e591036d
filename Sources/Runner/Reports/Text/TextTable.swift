/// A table for a terminal: columns as wide as their widest field, numbers right-aligned.
public struct TextTable: Sendable {
  /// A column: its heading and the alignment of its fields.
  public struct Column: Sendable, Hashable {
    let heading: String
    let isRight: Bool

    /// A column of text.
    public static func left(_ heading: String) -> Column {
      Column(heading: heading, isRight: false)
    }

    /// A column of numbers.
    public static func right(_ heading: String) -> Column {
      Column(heading: heading, isRight: true)
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

  /// The headings and the rows, each on a line of its own; two spaces between columns.
  public var text: String {
    let all = [columns.map(\.heading)] + rows
    let widths = columns.indices.map { column in
      all.reduce(0) { max($0, $1[column].count) }
    }
    return all.map { row in
      var line = ""
      for (column, field) in row.enumerated() {
        if column > 0 { line += "  " }
        let padding = String(repeating: " ", count: widths[column] - field.count)
        line += columns[column].isRight ? padding + field : field + padding
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
