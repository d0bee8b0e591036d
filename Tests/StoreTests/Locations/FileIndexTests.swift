import Foundation
import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct FileIndexTests {
  private static let second = 1_000_000_000
  private static let digest = Digest.of("content")

  private func entry(modified: Int, changed: Int? = nil, checked: Int) -> FileIndex.Entry {
    FileIndex.Entry(
      status: FileStatus(
        size: 5, modified: modified, changed: changed ?? modified, inode: 7, device: 8),
      checked: checked, digest: Self.digest)
  }

  @Test func storesEntriesByRoot() throws {
    let folder = try TemporaryFolder()
    let index = FileIndex(path: folder.path + "/index.sqlite")
    let one = entry(modified: 1, checked: 2)
    index.update(root: "/a", read: [("x", one), ("y/z", one)], gone: [])
    index.update(root: "/ab", read: [("x", one)], gone: [])
    #expect(index.entries(root: "/a") == ["x": one, "y/z": one])
    let two = entry(modified: 3, checked: 4)
    index.update(root: "/a", read: [("x", two)], gone: ["y/z"])
    #expect(FileIndex(path: folder.path + "/index.sqlite").entries(root: "/a") == ["x": two])
    #expect(index.entries(root: "/ab") == ["x": one])
    #expect(index.notes == [])
  }

  @Test func damagedRowIsIgnored() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/index.sqlite"
    let one = entry(modified: 1, checked: 2)
    do { FileIndex(path: path).update(root: "/a", read: [("x", one), ("y", one)], gone: []) }
    // One changed digit of a digest, as a disk may change it: SQLite does not notice.
    var bytes = try OpenFile(reading: path).readAll()
    let digits = Array(Self.digest.hex.utf8)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: digits) })
    bytes[place] = bytes[place] == 0x61 ? 0x62 : 0x61
    unlink(path)
    try OpenFile(creating: path).write(bytes)
    let index = FileIndex(path: path)
    #expect(index.entries(root: "/a").count == 1)
    #expect(index.notes == [])
    index.update(root: "/a", read: [("x", one), ("y", one)], gone: [])
    #expect(index.entries(root: "/a") == ["x": one, "y": one])
  }

  @Test func anyStatusChangeInvalidatesAnEntry() {
    let known = entry(modified: 100 * Self.second + 5, checked: 200 * Self.second)
    func today(
      size: Int = 5, modified: Int = 100 * Self.second + 5, changed: Int = 100 * Self.second + 5,
      inode: Int = 7, device: Int = 8
    ) -> FileStatus {
      FileStatus(size: size, modified: modified, changed: changed, inode: inode, device: device)
    }
    #expect(known.holds(for: today()))
    #expect(!known.holds(for: today(size: 6)))
    #expect(!known.holds(for: today(modified: 100 * Self.second + 6)))
    #expect(!known.holds(for: today(changed: 100 * Self.second + 6)))
    #expect(!known.holds(for: today(inode: 9)))
    #expect(!known.holds(for: today(device: 9)))
  }

  @Test(
    arguments: [
      // Read within a tenth of a second after a time with fractions: another change may be hidden.
      (5, 5, 100_000_005, false), (5, 5, 100_000_006, true),
      // Whole seconds may be as coarse as FAT's times.
      (3_000_000_000, 3_000_000_000, 5_000_000_000, false),
      (3_000_000_000, 3_000_000_000, 5_000_000_001, true),
      // The later of the two times decides, even if it is in the future.
      (5, 9_000_000_005, 9_000_000_006, false), (9_000_000_005, 5, 1_000_000_000, false),
    ])
  func racyEntriesAreNotTrusted(modified: Int, changed: Int, checked: Int, holds: Bool) {
    let entry = entry(modified: modified, changed: changed, checked: checked)
    #expect(entry.holds(for: entry.status) == holds)
  }

  @Test(arguments: ["no database at all, but text that is longer than a header would be", ""])
  func recreatesADamagedFile(content: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("index.sqlite", content)
    let index = FileIndex(path: path)
    #expect(index.notes.count == (content.isEmpty ? 0 : 1))
    let entry = entry(modified: 1, checked: 2)
    index.update(root: "/a", read: [("x", entry)], gone: [])
    #expect(index.entries(root: "/a") == ["x": entry])
  }

  @Test func recreatesAFileWithDamagedPages() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/index.sqlite"
    do {
      let index = FileIndex(path: path)
      let entry = entry(modified: 1, checked: 2)
      let many = (0..<2000).map { (path: "file \($0)", entry: entry) }
      index.update(root: "/a", read: many, gone: [])
    }
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seek(toOffset: 4096)
    try handle.write(contentsOf: Data(repeating: 0xAA, count: 40_000))
    try handle.close()
    let index = FileIndex(path: path)
    #expect(index.entries(root: "/a") == [:])
    #expect(index.notes.count == 1)
    let entry = entry(modified: 1, checked: 2)
    index.update(root: "/a", read: [("x", entry)], gone: [])
    #expect(FileIndex(path: path).entries(root: "/a") == ["x": entry])
  }

  @Test func newerIndexIsDiscarded() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/index.sqlite"
    do {
      let database = try Database(path)
      try database.execute("CREATE TABLE file (other TEXT); PRAGMA user_version = 9")
    }
    let index = FileIndex(path: path)
    #expect(index.notes.count == 1)
    #expect(index.entries(root: "/a") == [:])
    #expect(FileIndex(path: path).notes == [])
  }

  @Test func worksWithoutAWritableFile() {
    let index = FileIndex(path: "/no/such/folder/index.sqlite")
    index.update(root: "/a", read: [("x", entry(modified: 1, checked: 2))], gone: [])
    #expect(index.entries(root: "/a") == [:])
    #expect(index.notes.count == 1)
  }
}
