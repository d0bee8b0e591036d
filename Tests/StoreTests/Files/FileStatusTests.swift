import Glibc
import TestSupport
import Testing

@testable import Store

struct FileStatusTests {
  @Test func distinguishesKinds() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", "abc")
    symlink(path, folder.path + "/l")
    mkfifo(folder.path + "/pipe", 0o600)
    #expect(FileStatus(path)?.kind == .file)
    #expect(FileStatus(path)?.size == 3)
    #expect(FileStatus(folder.path)?.kind == .folder)
    #expect(FileStatus(folder.path + "/l")?.kind == .file)
    #expect(FileStatus(folder.path + "/l", followLinks: false)?.kind == .link)
    #expect(FileStatus(folder.path + "/pipe")?.kind == .special)
    #expect(FileStatus(folder.path + "/no") == nil)
  }

  @Test func timesAreInNanoseconds() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", "abc")
    setModified(path, 1_700_000_000_123_456_789)
    #expect(FileStatus(path)?.modified == 1_700_000_000_123_456_789)
  }

  @Test func countsHardLinks() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", "abc")
    link(path, folder.path + "/b")
    #expect(FileStatus(path)?.names == 2)
  }
}
