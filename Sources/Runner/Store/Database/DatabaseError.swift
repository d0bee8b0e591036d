internal import CSQLite

/// An error from SQLite, and the statement that caused it.
struct DatabaseError: Error, Sendable, Hashable {
  /// The primary result code.
  let code: Int32
  /// SQLite's message.
  let message: String
  /// The statement, if there is one.
  let sql: String?

  /// Whether the file is damaged or not a database.
  var isDamage: Bool { [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code) }

  /// The error as users of the store see it.
  func asStoreError(_ path: String) -> StoreError {
    let reason =
      switch code {
      case SQLITE_CORRUPT, SQLITE_NOTADB:
        "the database is damaged; if the next run reports this again, move it away with its -wal "
          + "file: the results are in the store, and a new record is created"
      case SQLITE_BUSY, SQLITE_LOCKED:
        "another process has locked the database for more than ten seconds; try again"
      case SQLITE_READONLY, SQLITE_PERM: "the database cannot be written"
      case SQLITE_CANTOPEN: "the database cannot be opened"
      case SQLITE_FULL: "the database cannot be written: the disk is full; free some space"
      case SQLITE_CONSTRAINT: "the database refuses a row"
      default: "the database failed"
      }
    return StoreError(path: path, reason, system: message, damaged: isDamage)
  }
}
