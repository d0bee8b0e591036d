internal import CSQLite
internal import Glibc

/// A connection to an SQLite file, for one thread at a time.
///
/// Closed when the last reference is released, which also checkpoints a write-ahead log.
final class Database {
  private let handle: OpaquePointer
  private var statements: [String: Statement] = [:]
  private var depth = 0

  /// Opens a file, and creates it if requested.
  init(_ path: String, create: Bool = true) throws(DatabaseError) {
    var handle: OpaquePointer?
    let flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
      | (create ? SQLITE_OPEN_CREATE : 0)
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK, let handle else {
      let message = handle.map(Self.message) ?? "out of memory"
      sqlite3_close_v2(handle)
      throw DatabaseError(code: code & 0xFF, message: message, sql: nil)
    }
    self.handle = handle
    sqlite3_busy_timeout(handle, 10_000)
  }

  deinit {
    statements = [:]
    sqlite3_close_v2(handle)
  }

  /// The version of SQLite.
  static var version: String { String(cString: sqlite3_libversion()) }

  /// The message of a connection's last error; for an I/O error, with the system's message, such as
  /// that the disk is full.
  static func message(_ connection: OpaquePointer) -> String {
    let message = String(cString: sqlite3_errmsg(connection))
    let system = sqlite3_system_errno(connection)
    guard sqlite3_errcode(connection) & 0xFF == SQLITE_IOERR, system != 0 else { return message }
    return message + ": " + String(cString: strerror(system))
  }

  /// Runs statements that have no parameters and return no rows.
  func execute(_ script: String) throws(DatabaseError) {
    let code = sqlite3_exec(handle, script, nil, nil, nil)
    guard code == SQLITE_OK else {
      throw DatabaseError(code: code & 0xFF, message: Self.message(handle), sql: script)
    }
  }

  /// Runs one statement; returns the number of the last row inserted.
  @discardableResult
  func run(_ sql: String, _ values: [DatabaseValue] = []) throws(DatabaseError) -> Int {
    try statement(sql).run(values) { _ in }
    return Int(sqlite3_last_insert_rowid(handle))
  }

  /// Reads every row that a statement returns.
  func rows<Value>(
    _ sql: String, _ values: [DatabaseValue] = [], _ read: (Row) throws(DatabaseError) -> Value
  ) throws(DatabaseError) -> [Value] {
    var rows: [Value] = []
    try statement(sql).run(values) { row throws(DatabaseError) in rows.append(try read(row)) }
    return rows
  }

  /// Calls a closure with every row that a statement returns.
  func forEachRow(
    _ sql: String, _ values: [DatabaseValue] = [], _ read: (Row) throws(DatabaseError) -> Void
  ) throws(DatabaseError) {
    try statement(sql).run(values, read)
  }

  /// The integer that a statement returns, such as a count or a setting; 0 if it returns no row.
  func integer(_ sql: String, _ values: [DatabaseValue] = []) throws(DatabaseError) -> Int {
    try rows(sql, values) { $0.integer(0) }.first ?? 0
  }

  /// Runs a closure in a transaction that takes the write lock first, so that it cannot fail
  /// halfway.
  ///
  /// Inside another transaction it is part of that one.
  func transaction<Value, Failure: Error>(
    failure: (DatabaseError) -> Failure, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    if depth > 0 { return try body() }
    do { try execute("BEGIN IMMEDIATE") } catch { throw failure(error) }
    depth += 1
    defer { depth -= 1 }
    do throws(Failure) {
      let value = try body()
      do { try execute("COMMIT") } catch { throw failure(error) }
      return value
    } catch {
      // After some errors SQLite has already rolled back; then there is nothing left to undo.
      sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  /// Runs a closure in a transaction.
  func transaction<Value>(
    _ body: () throws(DatabaseError) -> Value
  ) throws(DatabaseError) -> Value {
    try transaction(failure: { $0 }, body)
  }

  private func statement(_ sql: String) throws(DatabaseError) -> Statement {
    if let known = statements[sql], !known.isBusy { return known }
    let statement = try Statement(sql, on: handle)
    if statements[sql] == nil { statements[sql] = statement }
    return statement
  }
}
