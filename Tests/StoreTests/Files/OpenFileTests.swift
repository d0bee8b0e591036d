import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct OpenFileTests {
  @Test func readsWhatWasWritten() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try OpenFile(creating: folder.path + "/a").write(bytes)
    #expect(try OpenFile(reading: folder.path + "/a").readAll() == bytes)
    let (digest, size) = try OpenFile(reading: folder.path + "/a").digest()
    #expect(digest == Digest.of(bytes))
    #expect(size == bytes.count)
  }

  @Test func copyReturnsDigestAndSize() throws {
    let folder = try TemporaryFolder()
    try folder.write("a", "leukaemia")
    let copied = try OpenFile(creating: folder.path + "/b")
      .copy(from: try OpenFile(reading: folder.path + "/a"))
    #expect(copied.digest == Digest.of("leukaemia"))
    #expect(copied.size == 9)
    #expect(try folder.read("b") == "leukaemia")
  }

  @Test func readsEmptyFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write("a", "")
    #expect(try OpenFile(reading: folder.path + "/a").digest().digest == Digest.of(""))
  }

  @Test func missingFileIsNotRead() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", "leukaemia")
    symlink(path, folder.path("link"))
    func content(_ name: String) throws -> [UInt8]? {
      try OpenFile.ifPresent(folder.path(name)) { file throws(StoreError) in try file.readAll() }
    }
    #expect(try content("a") == Array("leukaemia".utf8))
    for name in ["b", "b/c"] { #expect(try content(name) == nil) }
    for name in ["a/c", "link"] { #expect(throws: StoreError.self) { try content(name) } }
  }

  @Test func missingFileIsAnError() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: StoreError.self) { _ = try OpenFile(reading: folder.path + "/no") }
    #expect(error?.system == "No such file or directory")
  }

  @Test func creatingDoesNotOverwrite() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", "x")
    #expect(throws: StoreError.self) { _ = try OpenFile(creating: path) }
  }

  @Test func pipeDoesNotHangTheReader() throws {
    let folder = try TemporaryFolder()
    mkfifo(folder.path + "/pipe", 0o600)
    #expect(try OpenFile(reading: folder.path + "/pipe").status().kind == .special)
  }

  @Test func refusesALinkUnlessItIsFollowed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", "x")
    symlink(path, folder.path + "/l")
    let error = #expect(throws: StoreError.self) {
      _ = try OpenFile(reading: folder.path + "/l", followLinks: false)
    }
    #expect(error?.reason == "is a symbolic link, which is not followed")
    #expect(try OpenFile(reading: folder.path + "/l").readAll() == [0x78])
  }

  @Test func flushesFilesAndFolders() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", "x")
    try OpenFile(reading: path).flush()
    try OpenFile(reading: folder.path).flush()
    try OpenFile(reading: folder.path).flushFileSystem()
  }
}
