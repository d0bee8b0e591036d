import Testing

@testable import Store

private let damaged =
  "the database is damaged; if the next run reports this again, move it away with its -wal file: "
  + "the results are in the store, and a new record is created"

struct DatabaseErrorTests {
  @Test(
    arguments: [
      (11, damaged, true), (26, damaged, true),
      (5, "another process has locked the database for more than ten seconds; try again", false),
      (13, "the database cannot be written: the disk is full; free some space", false),
      (8, "the database cannot be written", false), (1, "the database failed", false),
    ])
  func explainsTheErrorToUsers(code: Int, reason: String, damaged: Bool) {
    let error = DatabaseError(code: Int32(code), message: "words", sql: nil).asStoreError(
      "a.sqlite")
    #expect(error == StoreError(path: "a.sqlite", reason, system: "words", damaged: damaged))
  }
}
