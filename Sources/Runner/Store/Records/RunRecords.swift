internal import Glibc

/// The record of all runs: rows are added and never changed.
///
/// For coordinator processes only, each on one thread; several processes may write at once. On a
/// local disk, readers and writers do not wait for each other.
public final class RunRecords {
  /// The path of the file.
  public let path: String
  let database: Database
  private var insertions: [String: (names: [String], sql: String)] = [:]

  /// Opens a record and migrates it to the version of this code.
  ///
  /// - Throws: `StoreError` if the file is damaged, not a record of Assay, or of a newer version,
  ///   or if it is missing and must not be created.
  public init(path: String, create: Bool = true) throws(StoreError) {
    self.path = path
    if FileStatus(path) == nil {
      guard create else {
        throw StoreError(path: path, "no record yet; 'assay run' creates it")
      }
      if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
        try Folder.create(String(path[..<slash]))
      }
    }
    do throws(DatabaseError) {
      database = try Database(path)
      // First, verifies that this is a database.
      try database.execute("PRAGMA schema_version")
      try database.execute("PRAGMA foreign_keys = ON")
    } catch {
      throw error.asStoreError(path)
    }
    try migrate()
    do throws(DatabaseError) {
      // A write-ahead log needs shared memory, which no network file system offers.
      let mode = FileSystem.networkName(of: path) == nil ? "WAL" : "TRUNCATE"
      try database.execute("PRAGMA journal_mode = \(mode); PRAGMA synchronous = FULL")
      // Rows of many cells touch pages all over the indexes of keys and digests. With SQLite's
      // default of 2 MB, such a transaction writes most pages to the log several times over.
      try database.execute("PRAGMA cache_size = -65536")
    } catch {
      throw error.asStoreError(path)
    }
  }

  /// The journal mode: `wal` or `truncate`.
  public func journalMode() throws(StoreError) -> String {
    try reading { db throws(DatabaseError) in
      try db.rows("PRAGMA journal_mode") { $0.text(0) }.first ?? ""
    }
  }

  /// The version of SQLite.
  public static var libraryVersion: String { Database.version }

  /// The damage in the file, as SQLite describes it; empty if there is none.
  public func damage() throws(StoreError) -> [String] {
    try reading { db throws(DatabaseError) in
      try db.rows("PRAGMA quick_check") { $0.text(0) }.filter { $0 != "ok" }
        + db.rows("PRAGMA foreign_key_check") { "a row of \($0.text(0)) refers to a missing row" }
    }
  }

  /// Adds all rows of a closure or, if it throws, none, with one write to the disk.
  public func transaction<Value>(
    _ body: () throws(StoreError) -> Value
  ) throws(StoreError) -> Value {
    let path = path
    return try database.transaction(failure: { $0.asStoreError(path) }, body)
  }

  /// The id of a run that begins at a time in seconds since 1970: the time in UTC and six random
  /// hexadecimal digits.
  public static func newRunID(at seconds: Double) -> String {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    func padded(_ number: Int32, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date =
      padded(parts.tm_year + 1900, 4) + padded(parts.tm_mon + 1, 2) + padded(parts.tm_mday, 2)
    let clock = padded(parts.tm_hour, 2) + padded(parts.tm_min, 2) + padded(parts.tm_sec, 2)
    let suffix = String(UInt32.random(in: 0x100000...0xFFFFFF), radix: 16)
    return "\(date)-\(clock)-\(suffix)"
  }

  // MARK: Opening

  private func migrate() throws(StoreError) {
    let known = RecordSchema.migrations.count
    func version() throws(StoreError) -> Int {
      try reading { db throws(DatabaseError) in try db.integer("PRAGMA user_version") }
    }
    // In this order, a record that another process is just creating cannot look foreign: tables,
    // version and owner appear in one transaction.
    let tables = try reading { db throws(DatabaseError) in
      try db.integer("SELECT count(*) FROM sqlite_schema")
    }
    let found = try version()
    let owner = try reading { db throws(DatabaseError) in
      try db.integer("PRAGMA application_id")
    }
    guard owner == RecordSchema.applicationID || found == 0 && tables == 0 else {
      throw StoreError(path: path, "is an SQLite file, but not a record of Assay")
    }
    guard found <= known else {
      throw StoreError(
        path: path,
        "is a record of version \(found), and this version of Assay reads up to \(known); use a newer Assay"
      )
    }
    guard found < known else { return }
    try transaction { () throws(StoreError) in
      // Read again, now that no other process can be migrating.
      for step in try version()..<known {
        try writing(
          RecordSchema.migrations[step]
            + "PRAGMA user_version = \(step + 1); PRAGMA application_id = \(RecordSchema.applicationID);"
        )
      }
    }
  }

  // MARK: Helpers

  /// Reads from the database, and adds the path of the file to errors.
  func reading<Value>(
    _ body: (Database) throws(DatabaseError) -> Value
  ) throws(StoreError) -> Value {
    do throws(DatabaseError) {
      return try body(database)
    } catch {
      throw error.asStoreError(path)
    }
  }

  private func writing(_ script: String) throws(StoreError) {
    do { try database.execute(script) } catch { throw error.asStoreError(path) }
  }

  /// The statement that inserts a row, built once per table.
  private func insertion(into table: String, _ columns: [(String, DatabaseValue)]) -> String {
    let names = columns.map(\.0)
    if let known = insertions[table], known.names == names { return known.sql }
    let marks = names.map { _ in "?" }.joined(separator: ", ")
    let sql = "INSERT INTO \(table) (\(names.joined(separator: ", "))) VALUES (\(marks))"
    insertions[table] = (names, sql)
    return sql
  }

  /// Inserts one row; returns its number.
  @discardableResult
  func insert(_ table: String, _ columns: [(String, DatabaseValue)]) throws(StoreError) -> Int {
    let sql = insertion(into: table, columns)
    do {
      return try database.run(sql, columns.map(\.1))
    } catch {
      throw error.asStoreError(path)
    }
  }
}
