import Foundation
import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct LocationScannerTests {
  /// A time so long ago that no clock's resolution matters.
  private static let past = 1_600_000_000_500_000_000

  private func scan(
    _ path: String, _ index: FileIndex? = nil, threads: Int = 2
  ) throws -> LocationSnapshot {
    try LocationScanner.snapshot(of: path, index: index, threads: threads)
  }

  @Test func listsEveryRegularFileInByteOrder() throws {
    let folder = try TemporaryFolder()
    try folder.write("d/b/1.bmp", "one")
    try folder.write("d/b.bmp", "two")
    try folder.write("d/.hidden", "")
    try folder.write("d/ä", "three")
    let snapshot = try scan(folder.path + "/d/")
    #expect(snapshot.root == folder.path + "/d")
    #expect(snapshot.entries.map(\.path) == [".hidden", "b.bmp", "b/1.bmp", "ä"])
    #expect(snapshot.entries.map(\.size) == [0, 3, 3, 5])
    #expect(snapshot.entries[2].digest == Digest.of("one"))
    #expect(snapshot.problems == [])
    #expect(!snapshot.isFile)
  }

  @Test(arguments: [1, 2, 7]) func resultIsIndependentOfThreads(threads: Int) throws {
    let folder = try TemporaryFolder()
    for number in 0..<300 { try folder.write("d/\(number % 7)/\(number)", "\(number)") }
    let index = FileIndex(path: folder.path + "/i")
    let expected = try scan(folder.path + "/d", threads: 3)
    #expect(expected.entries.count == 300)
    #expect(try scan(folder.path + "/d", index, threads: threads) == expected)
    #expect(try scan(folder.path + "/d", index, threads: threads) == expected)
  }

  @Test func scansASingleFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("bloodmnist.npz", "archive")
    symlink(path, folder.path + "/latest.npz")
    let snapshot = try scan(path)
    #expect(snapshot.isFile)
    #expect(snapshot.entries.map(\.path) == ["bloodmnist.npz"])
    #expect(snapshot.file(snapshot.entries[0]) == path)
    let linked = try scan(folder.path + "/latest.npz")
    #expect(linked.entries.map(\.path) == ["latest.npz"])
    #expect(linked.root == path)
  }

  @Test func followsTheRootAndLinksThatStayInside() throws {
    let folder = try TemporaryFolder()
    try folder.write("outside/secret", "x")
    let file = try folder.write("d/a/file", "content")
    symlink("a/file", folder.path + "/d/relative")
    symlink(file, folder.path + "/d/absolute")
    symlink(folder.path + "/outside/secret", folder.path + "/d/out")
    symlink(folder.path + "/outside", folder.path + "/d/outfolder")
    symlink("..", folder.path + "/d/a/loop")
    symlink("self", folder.path + "/d/self")
    symlink("nowhere", folder.path + "/d/dangling")
    symlink(folder.path + "/d", folder.path + "/root")
    mkfifo(folder.path + "/d/pipe", 0o600)
    try folder.write("d/one\ntwo", "")
    let snapshot = try scan(folder.path + "/root")
    #expect(snapshot.root == folder.path + "/d")
    #expect(snapshot.entries.map(\.path) == ["a/file", "absolute", "relative"])
    #expect(Set(snapshot.entries.map(\.digest)) == [Digest.of("content")])
    #expect(
      snapshot.problems.map { "\($0.path): \($0.reason)" } == [
        "a/loop: a symbolic link to a folder, whose files are listed elsewhere",
        "dangling: a broken symbolic link",
        "one\\ntwo: a name that is not UTF-8 or contains a line break",
        "out: a symbolic link out of the location",
        "outfolder: a symbolic link out of the location",
        "pipe: neither a file nor a folder",
        "self: a broken symbolic link",
      ])
  }

  @Test func digestIsIndependentOfTheRoot() throws {
    let folder = try TemporaryFolder()
    for root in ["one", "two"] {
      try folder.write("\(root)/a/file", "content")
      symlink("/etc/passwd", folder.path + "/\(root)/link")
    }
    let one = try scan(folder.path + "/one")
    let two = try scan(folder.path + "/two")
    #expect(one.digest == two.digest)
    #expect(one.problems.count == 1)
  }

  @Test func secondScanReadsNothing() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("d/file", "before")
    let index = FileIndex(path: folder.path + "/i")
    setModified(path, Self.past)
    // The status-change time cannot be set back, so the test waits.
    usleep(150_000)
    let first = try scan(folder.path + "/d", index)
    let known = try #require(index.entries(root: folder.path + "/d")["file"])
    // An entry with a digest of its own shows whether the scanner used the entry or read the file.
    let marked = FileIndex.Entry(
      status: known.status, checked: known.checked, digest: Digest.of("marker"))
    index.update(root: folder.path + "/d", read: [("file", marked)], gone: [])
    #expect(try scan(folder.path + "/d", index).entries[0].digest == Digest.of("marker"))
    #expect(first.entries[0].digest == Digest.of("before"))

    // Same size and modification time, as a careless tool leaves them; the status-change time
    // differs.
    try folder.write("d/file", "behind")
    setModified(path, Self.past)
    #expect(try scan(folder.path + "/d", index).entries[0].digest == Digest.of("behind"))
  }

  @Test func justWrittenFileIsReadAgain() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("d/file", "before")
    let index = FileIndex(path: folder.path + "/i")
    _ = try scan(folder.path + "/d", index)
    let known = try #require(index.entries(root: folder.path + "/d")["file"])
    #expect(known.digest == Digest.of("before"))
    // What a write within the same clock tick would leave: different content, same status.
    let status = try #require(FileStatus(path))
    let racy = FileIndex.Entry(
      status: status, checked: status.changed + 1_000_000, digest: Digest.of("stale"))
    index.update(root: folder.path + "/d", read: [("file", racy)], gone: [])
    #expect(try scan(folder.path + "/d", index).entries[0].digest == Digest.of("before"))
  }

  @Test func removedFilesLeaveTheIndex() throws {
    let folder = try TemporaryFolder()
    try folder.write("d/a", "a")
    let path = try folder.write("d/b", "b")
    let index = FileIndex(path: folder.path + "/i")
    _ = try scan(folder.path + "/d", index)
    unlink(path)
    #expect(try scan(folder.path + "/d", index).entries.map(\.path) == ["a"])
    #expect(index.entries(root: folder.path + "/d").keys.sorted() == ["a"])
  }

  @Test func missingLocationSuggestsTheNearestName() throws {
    let folder = try TemporaryFolder()
    try folder.write("data/C_NMC_Leukemia/x", "")
    symlink("nowhere", folder.path + "/data/broken")
    func reason(_ path: String) throws -> String? {
      #expect(throws: StoreError.self) { try scan(folder.path + path) }?.reason
    }
    #expect(
      try reason("/data/C_NMC_Leukaemia/train")
        == "no such location: '\(folder.path)/data' has no 'C_NMC_Leukaemia'; "
        + "did you mean 'C_NMC_Leukemia'?")
    #expect(
      try reason("/dat/x/")
        == "no such location: '\(folder.path)' has no 'dat'; did you mean 'data'?"
    )
    #expect(
      try reason("/data/broken/x")
        == "'broken' in '\(folder.path)/data' is a broken symbolic link")
    let relative = #expect(throws: StoreError.self) { try scan("no-such-folder-anywhere/x") }
    #expect(
      relative?.reason
        == "no such location: the working directory has no 'no-such-folder-anywhere'")
  }

  @Test func refusesSpecialFiles() {
    #expect(throws: StoreError.self) { try scan("/dev/null") }
  }

  /// The superuser can read everything, so the scan runs as another user.
  @Test func reportsUnreadableFiles() async throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b", "c"] { try folder.write("d/\(name)", name) }
    chmod(folder.path, 0o755)
    chmod(folder.path + "/d/a", 0)
    chmod(folder.path + "/d/c", 0)
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      if geteuid() == 0 { setuid(65534) }
      let error = #expect(throws: StoreError.self) {
        try LocationScanner.snapshot(of: path + "/d", index: nil, threads: 2)
      }
      #expect(
        error?.reason == "2 files cannot be read: "
          + "\(path)/d/a: cannot be opened (Permission denied); "
          + "\(path)/d/c: cannot be opened (Permission denied)")
    }
  }
}
