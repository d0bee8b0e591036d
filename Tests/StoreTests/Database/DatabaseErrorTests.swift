import Testing

@testable import Store

private let damaged =
  "the database is damaged; where the next run says so again, move it aside with its -wal file: "
  + "results are in the store, and a new record begins"

struct DatabaseErrorTests {
  @Test(
    arguments: [
      (11, damaged, true), (26, damaged, true),
      (5, "another process holds the database for longer than ten seconds; run again", false),
      (13, "the database cannot be written: the disk is full; free some space", false),
      (8, "the database cannot be written", false), (1, "the database failed", false),
    ])
  func saysWhatItMeansForTheUser(code: Int, reason: String, damaged: Bool) {
    let error = DatabaseError(code: Int32(code), message: "words", sql: nil).asStoreError(
      "a.sqlite")
    #expect(error == StoreError(path: "a.sqlite", reason, system: "words", damaged: damaged))
  }
}
