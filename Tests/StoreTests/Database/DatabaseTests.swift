import TestSupport
import Testing

@testable import Store

struct DatabaseTests {
  private func database(_ folder: TemporaryFolder) throws -> Database {
    let database = try Database(folder.path + "/d.sqlite")
    try database.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, x TEXT NOT NULL) STRICT")
    return database
  }

  @Test func insertsAndReads() throws {
    let folder = try TemporaryFolder()
    let database = try database(folder)
    #expect(try database.run("INSERT INTO t (x) VALUES (?)", [.text("a")]) == 1)
    #expect(try database.run("INSERT INTO t (x) VALUES (?)", [.text("b")]) == 2)
    #expect(try database.rows("SELECT x FROM t ORDER BY n") { $0.text(0) } == ["a", "b"])
    #expect(try database.integer("SELECT count(*) FROM t WHERE x = ?", [.text("b")]) == 1)
    #expect(try database.integer("SELECT n FROM t WHERE x = 'none'") == 0)
  }

  @Test func statementCanRunWithinItself() throws {
    let folder = try TemporaryFolder()
    let database = try database(folder)
    for text in ["a", "b", "c"] { try database.run("INSERT INTO t (x) VALUES (?)", [.text(text)]) }
    let sql = "SELECT x FROM t ORDER BY n"
    let pairs = try database.rows(sql) { outer throws(DatabaseError) in
      let inner = try database.rows(sql) { $0.text(0) }
      return outer.text(0) + inner.joined()
    }
    #expect(pairs == ["aabc", "babc", "cabc"])
  }

  @Test func transactionIsAtomic() throws {
    let folder = try TemporaryFolder()
    let database = try database(folder)
    #expect(throws: DatabaseError.self) {
      try database.transaction { () throws(DatabaseError) in
        try database.run("INSERT INTO t (x) VALUES ('a')")
        try database.transaction { () throws(DatabaseError) in
          _ = try database.run("INSERT INTO t (x) VALUES ('b')")
        }
        try database.run("INSERT INTO t (x) VALUES (NULL)")
      }
    }
    #expect(try database.integer("SELECT count(*) FROM t") == 0)
    try database.transaction { () throws(DatabaseError) in
      _ = try database.run("INSERT INTO t (x) VALUES ('c')")
    }
    #expect(try database.integer("SELECT count(*) FROM t") == 1)
  }

  @Test func errorsContainMessageAndStatement() throws {
    let folder = try TemporaryFolder()
    let database = try database(folder)
    let error = #expect(throws: DatabaseError.self) {
      try database.run("INSERT INTO t (x) VALUES (NULL)")
    }
    #expect(error?.message == "NOT NULL constraint failed: t.x")
    #expect(error?.sql == "INSERT INTO t (x) VALUES (NULL)")
    #expect(error?.isDamage == false)
    #expect(throws: DatabaseError.self) { try database.run("SELEKT") }
    #expect(throws: DatabaseError.self) { try Database("/no/such/folder/d.sqlite") }
  }

  @Test func closingCheckpointsTheLog() throws {
    let folder = try TemporaryFolder()
    do {
      let database = try database(folder)
      try database.execute("PRAGMA journal_mode = WAL")
      try database.run("INSERT INTO t (x) VALUES ('a')")
      #expect(try names(in: folder.path).contains("d.sqlite-wal"))
    }
    #expect(try names(in: folder.path) == ["d.sqlite"])
  }
}
