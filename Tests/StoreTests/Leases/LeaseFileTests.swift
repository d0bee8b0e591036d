import Glibc
import TestSupport
import Testing

@testable import Store

struct LeaseFileTests {
  private func locked(_ path: String) throws -> LeaseFile {
    let file = try LeaseFile(creating: path)
    try #require(file.lock() == .own, "this file system has no locks")
    return file
  }

  @Test func lockBelongsToOneDescriptor() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/lease"
    let first = try locked(path)
    let second = try #require(try LeaseFile(opening: path))
    #expect(second.lock() == .other)
    #expect(second.lockSeen() == .other)
    // Looking and closing do not release the lock, as they would release a lock of the process.
    second.close()
    let third = try #require(try LeaseFile(opening: path))
    defer { third.close() }
    #expect(third.lock() == .other)
    first.close()
    #expect(third.lockSeen() == .own)
    #expect(third.lock() == .own)
  }

  @Test func readOnlyFileCanBeRead() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/lease"
    let holder = try locked(path)
    holder.write(Array("content".utf8), flush: false)
    chmod(path, 0o444)
    let reader = try #require(try LeaseFile(opening: path))
    defer { reader.close() }
    #expect(reader.lock() == .other)
    #expect(reader.read() == Array("content".utf8))
    holder.close()
    #expect(reader.lock() == .own)
  }

  @Test func contentIsReplacedInPlace() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/lease"
    let file = try LeaseFile(creating: path)
    defer { file.close() }
    let long = [UInt8](repeating: 7, count: 9000)
    file.write(long, flush: true)
    #expect(file.read() == long)
    file.write([1, 2, 3], flush: false)
    #expect(file.read() == [1, 2, 3])
    #expect(try folder.read("lease").utf8.count == 3)
  }

  @Test func oversizedFileIsNotRead() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/lease"
    let file = try LeaseFile(creating: path)
    defer { file.close() }
    file.write([1], flush: false)
    truncate(path, 1 << 40)
    #expect(file.read() == [])
  }

  @Test func detectsThatItsPathWasReplaced() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/lease"
    let file = try LeaseFile(creating: path)
    defer { file.close() }
    #expect(file.isAt(path))
    try folder.write("other", "x")
    rename(folder.path + "/other", path)
    #expect(!file.isAt(path))
    unlink(path)
    #expect(!file.isAt(path))
  }

  @Test func onlyRegularFilesAreLeases() throws {
    let folder = try TemporaryFolder()
    #expect(try LeaseFile(opening: folder.path + "/none") == nil)
    try folder.write("real", "x")
    symlink(folder.path + "/real", folder.path + "/link")
    mkfifo(folder.path + "/pipe", 0o600)
    try Folder.create(folder.path + "/folder")
    for name in ["link", "pipe", "folder"] {
      #expect(throws: StoreError.self, "\(name)") {
        try LeaseFile(opening: folder.path + "/" + name)
      }
    }
  }
}
