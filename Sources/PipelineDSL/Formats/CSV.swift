/// A table as RFC 4180 has it: a header line, then rows of as many fields.
///
/// Written with `\n` line ends, quotes only where a field needs them, so that equal tables have
/// equal bytes; read with either line end.
public struct CSVTable: Sendable, Hashable {
  /// The column names.
  public let columns: [String]
  /// The rows, each as long as `columns`.
  public private(set) var rows: [[String]]

  /// A table.
  public init(columns: [String], rows: [[String]] = []) {
    (self.columns, self.rows) = (columns, rows)
  }

  /// Adds a row.
  ///
  /// - Precondition: it has one field a column.
  public mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "a row of \(row.count) among \(columns.count) columns")
    rows.append(row)
  }

  /// The position of a column.
  public func column(_ name: String) throws(CSVProblem) -> Int {
    guard let index = columns.firstIndex(of: name) else {
      throw CSVProblem(
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
        let needsQuotes = field.utf8.contains {
          [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0)
        }
        if needsQuotes {
          out.append(UInt8(ascii: "\""))
          for byte in field.utf8 {
            if byte == UInt8(ascii: "\"") { out.append(byte) }
            out.append(byte)
          }
          out.append(UInt8(ascii: "\""))
        } else {
          out += field.utf8
        }
      }
      out.append(10)
    }
    return out
  }

  /// Reads a table.
  ///
  /// - Throws: the line of the first row with another number of fields, or of an open quote.
  public init(parsing bytes: [UInt8]) throws(CSVProblem) {
    var table: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var (quoted, line, at) = (false, 1, 0)
    var openedOn = 1
    // A byte order mark, as spreadsheets write it, is no part of the first name.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if quoted {
        if byte == UInt8(ascii: "\"") {
          if at < bytes.count, bytes[at] == byte {
            field.append(byte)
            at += 1
          } else {
            quoted = false
          }
        } else {
          if byte == 10 { line += 1 }
          field.append(byte)
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where field.isEmpty: (quoted, openedOn) = (true, line)
      case UInt8(ascii: ","):
        row.append(String(decoding: field, as: UTF8.self))
        field = []
      case 13 where at < bytes.count && bytes[at] == 10: continue
      case 10:
        row.append(String(decoding: field, as: UTF8.self))
        field = []
        if row != [""] { try Self.add(row, line, &table) }
        row = []
        line += 1
      default: field.append(byte)
      }
    }
    guard !quoted else { throw CSVProblem(line: openedOn, reason: "a quoted field never ends") }
    if !field.isEmpty || !row.isEmpty {
      row.append(String(decoding: field, as: UTF8.self))
      try Self.add(row, line, &table)
    }
    guard let header = table.first else { throw CSVProblem(line: 1, reason: "the file is empty") }
    self.init(columns: header, rows: Array(table.dropFirst()))
  }

  private static func add(
    _ row: [String], _ line: Int, _ table: inout [[String]]
  ) throws(CSVProblem) {
    if let header = table.first, row.count != header.count {
      throw CSVProblem(
        line: line, reason: "\(row.count) fields where the header has \(header.count)")
    }
    table.append(row)
  }
}

/// What is wrong with a CSV file, and on which line.
public struct CSVProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// What is wrong there.
  public let reason: String

  /// `line 3: 4 fields where the header has 5`.
  public var description: String { "line \(line): \(reason)" }
}
