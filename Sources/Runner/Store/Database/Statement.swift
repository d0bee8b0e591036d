internal import CSQLite

/// A value to bind to a parameter of a statement.
enum DatabaseValue: Sendable, Hashable {
  case null
  case integer(Int)
  case real(Double)
  case text(String)

  /// Text, or null.
  static func optional(_ text: String?) -> DatabaseValue { text.map { .text($0) } ?? .null }
  /// An integer, or null.
  static func optional(_ number: Int?) -> DatabaseValue { number.map { .integer($0) } ?? .null }
  /// A number, or null; SQLite stores NaN as null.
  static func optional(_ number: Double?) -> DatabaseValue { number.map { .real($0) } ?? .null }
}

/// A prepared statement that is reused.
final class Statement {
  private let handle: OpaquePointer
  private let connection: OpaquePointer
  private let sql: String
  /// Whether its rows are being read.
  private(set) var isBusy = false

  init(_ sql: String, on connection: OpaquePointer) throws(DatabaseError) {
    var handle: OpaquePointer?
    let code = sqlite3_prepare_v3(
      connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
    guard code == SQLITE_OK, let handle else {
      throw DatabaseError(code: code & 0xFF, message: Database.message(connection), sql: sql)
    }
    (self.handle, self.connection, self.sql) = (handle, connection, sql)
  }

  deinit { sqlite3_finalize(handle) }

  /// Runs the statement with values for its parameters, and reads each row.
  func run(
    _ values: [DatabaseValue], _ read: (Row) throws(DatabaseError) -> Void
  ) throws(DatabaseError) {
    isBusy = true
    defer {
      sqlite3_reset(handle)
      sqlite3_clear_bindings(handle)
      isBusy = false
    }
    for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
    while true {
      switch sqlite3_step(handle) {
      case SQLITE_ROW: try read(Row(handle))
      case SQLITE_DONE: return
      default: throw failure()
      }
    }
  }

  private func bind(_ value: DatabaseValue, at index: Int32) throws(DatabaseError) {
    // SQLITE_TRANSIENT, which makes SQLite copy the text: in C, a function pointer of all ones.
    let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    let code =
      switch value {
      case .null: sqlite3_bind_null(handle, index)
      case .integer(let number): sqlite3_bind_int64(handle, index, Int64(number))
      case .real(let number): sqlite3_bind_double(handle, index, number)
      case .text(let text): bind(text, at: index, copied)
      }
    guard code == SQLITE_OK else { throw failure() }
  }

  private func bind(_ text: String, at index: Int32, _ copied: sqlite3_destructor_type?) -> Int32 {
    // An empty string may have no address, which SQLite would take for null.
    if text.isEmpty { return sqlite3_bind_text(handle, index, "", 0, copied) }
    var text = text
    return text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), copied)
      }
    }
  }

  private func failure() -> DatabaseError {
    DatabaseError(
      code: sqlite3_errcode(connection) & 0xFF, message: Database.message(connection), sql: sql)
  }
}

/// The current row of a statement; valid only inside the closure that receives it.
struct Row {
  private let handle: OpaquePointer

  init(_ handle: OpaquePointer) { self.handle = handle }

  /// The number of columns.
  var count: Int { Int(sqlite3_column_count(handle)) }

  /// Whether a column is null.
  func isNull(_ column: Int) -> Bool {
    sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
  }

  /// An integer; 0 for null.
  func integer(_ column: Int) -> Int { Int(sqlite3_column_int64(handle, Int32(column))) }

  /// A number; 0 for null.
  func real(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }

  /// Text; empty for null.
  func text(_ column: Int) -> String {
    guard let start = sqlite3_column_text(handle, Int32(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// Text; `nil` for null.
  func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

  /// An integer; `nil` for null.
  func optionalInteger(_ column: Int) -> Int? { isNull(column) ? nil : integer(column) }

  /// A number; `nil` for null.
  func optionalReal(_ column: Int) -> Double? { isNull(column) ? nil : real(column) }

  /// The value of a column as it is stored.
  func value(_ column: Int) -> DatabaseValue {
    switch sqlite3_column_type(handle, Int32(column)) {
    case SQLITE_NULL: .null
    case SQLITE_INTEGER: .integer(integer(column))
    case SQLITE_FLOAT: .real(real(column))
    default: .text(text(column))
    }
  }
}
