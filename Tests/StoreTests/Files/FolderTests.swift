import Glibc
import TestSupport
import Testing

@testable import Store

struct FolderTests {
  @Test func createsParentFolders() throws {
    let folder = try TemporaryFolder()
    try Folder.create(folder.path + "/a/b/c")
    try Folder.create(folder.path + "/a/b/c")
    #expect(FileStatus(folder.path + "/a/b/c")?.kind == .folder)
  }

  @Test func refusesAFileInPlaceOfAFolder() throws {
    let folder = try TemporaryFolder()
    try folder.write("a", "")
    let error = #expect(throws: StoreError.self) { try Folder.create(folder.path + "/a") }
    #expect(error?.reason == "a file is in place of a folder")
    #expect(throws: StoreError.self) { try Folder.create(folder.path + "/a/b") }
  }

  @Test func listsInByteOrder() throws {
    let folder = try TemporaryFolder()
    for name in ["b", "ä", "B", "a.b", "a"] { try folder.write(name, "") }
    #expect(try names(in: folder.path) == ["B", "a", "a.b", "b", "ä"])
  }

  @Test func recognisesNamesThatAreNotPlain() throws {
    let folder = try TemporaryFolder()
    try folder.write("one\ntwo", "")
    let raw: [CChar] = Array(folder.path.utf8CString.dropLast()) + [0x2F, -1, 0]
    close(open(raw, O_CREAT | O_WRONLY, 0o600))
    #expect(try Folder.entries(folder.path).map(\.isPlain) == [false, false])
    unlink(raw)
  }

  @Test func removesEverythingBelow() throws {
    let folder = try TemporaryFolder()
    try folder.write("x/y/z", "")
    symlink(folder.path, folder.path + "/x/up")
    Folder.remove(folder.path + "/x")
    #expect(try names(in: folder.path) == [])
  }
}
