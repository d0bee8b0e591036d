internal import Foundation
public import PipelineDSL

/// The rows of a list with named columns, to be sorted, reduced and written in several formats.
public struct ListingTable: Sendable {
  /// A column.
  struct Column: Sendable {
    /// Its name, which is also its heading.
    let name: String
    let style: TextTable.Column
    /// Whether it is shown unless other columns are asked for.
    var isDefault = true
  }

  /// A field: what a person reads, and the value that is sorted and written to other programs.
  struct Field: Sendable {
    let text: String
    let value: JSONValue

    init(_ text: String, _ value: JSONValue) { (self.text, self.value) = (text, value) }

    /// Text.
    init(_ text: String) { self.init(text, .string(text)) }

    /// A number, `-` or empty without one.
    init(_ number: Double?, none: String = "") {
      self.init(number.map(Display.number) ?? none, number.map(Display.json) ?? .null)
    }

    /// A whole number.
    init(_ number: Int?, none: String = "") {
      self.init(number.map(String.init) ?? none, number.map { .integer($0) } ?? .null)
    }
  }

  private var columns: [Column]
  private var rows: [[Field]] = []
  /// What is printed for a table without rows.
  private let empty: String

  init(_ columns: [Column], empty: String) { (self.columns, self.empty) = (columns, empty) }

  /// Adds a row.
  ///
  /// - Precondition: The row has one field per column.
  mutating func append(_ row: [Field]) {
    precondition(row.count == columns.count, "a row of \(row.count) among \(columns.count) columns")
    rows.append(row)
  }

  /// The number of rows.
  var count: Int { rows.count }

  /// The table that a request asks for: its rows sorted and limited, with the chosen columns.
  ///
  /// - Throws: `QueryError` if a column is unknown.
  func requested(_ request: ListingRequest) throws(QueryError) -> ListingTable {
    var table = self
    if let sort = request.sort, let name = request.sortColumn {
      let column = try place(of: name, in: sort)
      let descending = sort.hasPrefix("-")
      table.rows = rows.enumerated().sorted { a, b in
        let order = Self.order(
          a.element[column].value, b.element[column].value, descending: descending)
        return order == 0 ? a.offset < b.offset : order < 0
      }.map(\.element)
    }
    if let limit = request.limit { table.rows = Array(table.rows.prefix(limit)) }
    var kept: [Int] = []
    for name in request.columns { kept.append(try place(of: name, in: name)) }
    if kept.isEmpty { kept = columns.indices.filter { columns[$0].isDefault } }
    // What was asked for by name is not left out.
    table.columns = kept.map { index in
      guard !request.columns.isEmpty else { return columns[index] }
      return Column(name: columns[index].name, style: columns[index].style.always)
    }
    table.rows = table.rows.map { row in kept.map { row[$0] } }
    return table
  }

  private func place(of name: String, in text: String) throws(QueryError) -> Int {
    let names = [name, "metric." + name]
    guard
      let index = columns.firstIndex(where: {
        names.contains($0.name) || "metric." + $0.name == name
      })
    else {
      throw QueryError(
        unknown: "column", name, among: columns.map(\.name), in: text,
        at: text.count - name.count)
    }
    return index
  }

  /// The order of two values: numbers before text, absent values last in either direction.
  private static func order(_ a: JSONValue, _ b: JSONValue, descending: Bool) -> Int {
    // Of several values, the one that comes first in the direction counts.
    let (a, b) = (ends(a, descending), ends(b, descending))
    switch (a, b) {
    case (nil, nil): return 0
    case (nil, _): return 1
    case (_, nil): return -1
    case (let a?, let b?):
      let order: Int
      if let x = a.real, let y = b.real {
        order = x < y ? -1 : x > y ? 1 : 0
      } else if a.real != nil || b.real != nil {
        return a.real != nil ? -1 : 1
      } else {
        let (x, y) = (csv(a), csv(b))
        order = x == y ? 0 : RunFacts.natural(x, y) ? -1 : 1
      }
      return descending ? -order : order
    }
  }

  private static func ends(_ value: JSONValue, _ descending: Bool) -> JSONValue? {
    if case .null = value { return nil }
    guard let elements = value.elements else { return value }
    return descending ? elements.last : elements.first
  }

  // MARK: Formats

  /// The table as text for a terminal of some width, or in full.
  public func text(width: Int?) -> String {
    guard !rows.isEmpty else { return empty }
    return textTable.text(width: width)
  }

  /// The table in the style of a terminal.
  var textTable: TextTable {
    var table = TextTable(columns.map(\.style))
    for row in rows { table.append(row.map(\.text)) }
    return table
  }

  /// The table as Markdown.
  public var markdown: String { textTable.markdown }

  /// The table as CSV, with numbers in full, times as in ISO 8601 and seconds.
  public var csv: String {
    let table = CSVTable(
      columns: columns.map(\.name), rows: rows.map { row in row.map { Self.csv($0.value) } })
    return String(decoding: table.bytes, as: UTF8.self)
  }

  private static func csv(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    case .array(let elements): elements.map(csv).joined(separator: " ")
    default: JSONCanonicalForm.text(of: value)
    }
  }

  /// The table as JSON: one object per row.
  public var json: JSONValue {
    .array(
      rows.map { row in
        .object(JSONObject(zip(columns, row).map { ($0.name, $1.value) }))
      })
  }
}
