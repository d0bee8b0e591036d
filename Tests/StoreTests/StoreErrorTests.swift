import Glibc
import Testing

@testable import Store

struct StoreErrorTests {
  @Test func describesPathReasonAndSystemMessage() {
    let error = StoreError(path: "a/b", "cannot be opened", code: EACCES)
    #expect(error.description == "a/b: cannot be opened (Permission denied)")
    #expect(!error.damaged)
  }

  @Test func fullDiskErrorGivesAHint() {
    let error = StoreError(path: "a", "cannot be written", code: ENOSPC)
    #expect(
      error.description
        == "a: cannot be written; free some space and run again (No space left on device)")
  }
}
