import Testing

@testable import Store

struct DatabaseErrorTests {
  @Test(
    arguments: [
      (11, "the database is damaged", true), (26, "the database is damaged", true),
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
