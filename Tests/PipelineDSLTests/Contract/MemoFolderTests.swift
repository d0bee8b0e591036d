import Foundation
import PipelineDSL
import TestSupport
import Testing

/// The size limit of a memo and the order in which files are removed.
@Suite struct MemoFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/memo")) ?? []).sorted()
  }

  /// Creates a file of the given size that was last used `age` seconds ago; returns its name.
  private func fill(_ memo: MemoFolder, _ text: String, bytes: Int, age: Double) throws -> String {
    let file = try #require(memo.file(Digest.of(text), expected: bytes))
    try Data(count: bytes).write(to: URL(fileURLWithPath: file.path))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: file.path)
    return Digest.of(text).hex
  }

  @Test func leastRecentlyUsedFilesAreRemovedFirst() throws {
    let memo = MemoFolder(folder.path + "/memo", limit: 100)
    let old = try fill(memo, "old", bytes: 40, age: 50)
    let older = try fill(memo, "older", bytes: 40, age: 100)
    #expect(names == [old, older].sorted())
    // Requesting a file counts as use.
    _ = memo.file(Digest.of("older"), expected: 40)
    let new = try fill(memo, "new", bytes: 30, age: 0)
    #expect(names == [older, new].sorted())
    // A file that cannot fit is limited to the whole memo.
    let huge = memo.file(Digest.of("huge"), expected: 1_000)
    #expect(huge?.limit == 100 && names.isEmpty)
  }

  @Test func nothingIsKeptWithoutALimit() {
    #expect(MemoFolder.none.file(Digest.of("x"), expected: 1) == nil)
    #expect(MemoFolder(folder.path + "/memo", limit: 0).file(Digest.of("x"), expected: 1) == nil)
    #expect(names.isEmpty)
  }

  @Test func memoIsDisabledIfTheFolderCannotBeCreated() throws {
    try folder.write("memo", "a file")
    #expect(MemoFolder(folder.path + "/memo", limit: 9).file(Digest.of("x"), expected: 1) == nil)
  }
}
