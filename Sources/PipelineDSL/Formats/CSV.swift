/// A table in the format of RFC 4180: a header line, then rows with the same number of fields.
///
/// It is written with `\n` line ends and minimal quoting, so that equal tables have equal bytes;
/// both kinds of line end are read.
public struct CSVTable: Sendable, Hashable {
  /// The column names.
  public let columns: [String]
  /// The rows, each as long as `columns`.
  public private(set) var rows: [[String]]

  /// Creates a table.
  public init(columns: [String], rows: [[String]] = []) {
    (self.columns, self.rows) = (columns, rows)
  }

  /// Adds a row.
  ///
  /// - Precondition: The row has one field per column.
  public mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "a row of \(row.count) among \(columns.count) columns")
    rows.append(row)
  }

  /// The index of a column.
  public func column(_ name: String) throws(CSVError) -> Int {
    guard let index = columns.firstIndex(of: name) else {
      throw CSVError(
        line: 1, reason: "no column '\(name)' among \(columns.joined(separator: ", "))")
    }
    return index
  }

  /// The table as bytes.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    for row in [columns] + rows {
      for (index, field) in row.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        // Text that looks like a byte order mark is quoted, as an empty line is.
        let isMark = out.isEmpty && field.utf8.starts(with: [0xEF, 0xBB, 0xBF])
        Self.write(field, quoted: isMark || row.count == 1 && field.isEmpty, to: &out)
      }
      out.append(10)
    }
    return out
  }

  private static func write(_ field: String, quoted: Bool, to out: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let needsQuotes = field.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == quote || $0 == 10 || $0 == 13
    }
    // An empty line is not a row, so an empty field that is alone in its row is quoted.
    guard needsQuotes || quoted else { return out += field.utf8 }
    out.append(quote)
    for byte in field.utf8 {
      if byte == quote { out.append(byte) }
      out.append(byte)
    }
    out.append(quote)
  }

  /// Reads a table; empty lines are ignored.
  ///
  /// - Throws: `CSVError` with the line of the first row that has a different number of fields, an
  ///   unterminated quoted field, text after a closing quote, or bytes that are not UTF-8.
  public init(parsing bytes: [UInt8]) throws(CSVError) {
    var reader = CSVReader(bytes)
    guard let header = try reader.row() else {
      throw CSVError(line: 1, reason: "the file is empty")
    }
    var rows: [[String]] = []
    while let row = try reader.row() {
      guard row.count == header.count else {
        throw CSVError(
          line: reader.rowLine,
          reason: "\(row.count) fields, but the header has \(header.count)")
      }
      rows.append(row)
    }
    self.init(columns: header, rows: rows)
  }
}

/// Reads the rows of a CSV file one by one.
private struct CSVReader {
  private let bytes: [UInt8]
  private var at = 0
  private var line = 1
  /// The line on which the last row began.
  private(set) var rowLine = 1

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte order mark, as written by spreadsheet programs, is not part of the first name.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
  }

  /// The next row, or `nil` at the end.
  mutating func row() throws(CSVError) -> [String]? {
    while endLine() {}
    guard at < bytes.count else { return nil }
    rowLine = line
    var row: [String] = []
    while true {
      row.append(try bytes[at...].first == UInt8(ascii: "\"") ? quotedField() : plainField())
      if at == bytes.count || endLine() { return row }
      at += 1  // the comma
    }
  }

  /// Skips a line end, if there is one at the current position.
  private mutating func endLine() -> Bool {
    let length = bytes[at...].starts(with: [13, 10]) ? 2 : bytes[at...].first == 10 ? 1 : 0
    at += length
    line += length > 0 ? 1 : 0
    return length > 0
  }

  private var isAtFieldEnd: Bool {
    guard at < bytes.count else { return true }
    return bytes[at] == UInt8(ascii: ",") || bytes[at] == 10
      || (bytes[at] == 13 && at + 1 < bytes.count && bytes[at + 1] == 10)
  }

  private mutating func plainField() throws(CSVError) -> String {
    let start = at
    while !isAtFieldEnd { at += 1 }
    return try text(bytes[start..<at])
  }

  private mutating func quotedField() throws(CSVError) -> String {
    let quote = UInt8(ascii: "\"")
    let openedOn = line
    var field: [UInt8] = []
    at += 1
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if byte != quote {
        field.append(byte)
        line += byte == 10 ? 1 : 0
      } else if at < bytes.count, bytes[at] == quote {
        field.append(quote)
        at += 1
      } else if isAtFieldEnd {
        return try text(field[...])
      } else {
        throw CSVError(line: line, reason: "text after a closing quote")
      }
    }
    throw CSVError(line: openedOn, reason: "unterminated quoted field")
  }

  private func text(_ field: ArraySlice<UInt8>) throws(CSVError) -> String {
    guard let text = String(validating: field, as: UTF8.self) else {
      throw CSVError(line: line, reason: "a field is not UTF-8")
    }
    return text
  }
}

/// A problem in a CSV file, with its line.
public struct CSVError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// What is wrong in the line.
  public let reason: String

  /// Creates an error.
  public init(line: Int, reason: String) { (self.line, self.reason) = (line, reason) }

  /// `line 3: 4 fields, but the header has 5`.
  public var description: String { "line \(line): \(reason)" }
}
