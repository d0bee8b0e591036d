import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

/// Objects damaged by a disk without a change of size.
@Suite struct ObjectStoreVerificationTests {
  @Test func damagedObjectIsDetectedAndMovedAside() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let digest = try store.write(Array("nucleus".utf8))
    try store.verify(digest)
    try damage(store.path(digest), "nuclear")
    let error = #expect(throws: StoreError.self) { try store.verify(digest) }
    #expect(error?.damaged == true)
    #expect(error?.path == store.path(digest))
    let place = folder.path + "/aside"
    #expect(try store.moveAside(digest, to: place))
    #expect(try folder.read("aside") == "nuclear")
    #expect(try !store.moveAside(digest, to: place))
    let missing = #expect(throws: StoreError.self) { try store.verify(digest) }
    #expect(missing?.reason.contains("missing") == true)
  }

  @Test func storingAgainReplacesADamagedObject() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let digest = try store.write(Array("nucleus".utf8))
    try damage(store.path(digest), "nuclear")
    #expect(try store.write(Array("nucleus".utf8)) == digest)
    try store.verify(digest)
    try damage(store.path(digest), "Nucleus")
    try store.adopt(file: try folder.write("a", "nucleus"))
    try store.verify(digest)
  }

  @Test(arguments: [0, 1, OpenFile.pieceSize, OpenFile.pieceSize + 1, 3 * OpenFile.pieceSize])
  func comparesEveryByte(_ count: Int) throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    let digest = try store.write(bytes)
    let inode = FileStatus(store.path(digest))?.inode
    #expect(store.holds(digest, bytes))
    _ = try store.write(bytes)
    #expect(FileStatus(store.path(digest))?.inode == inode)
    guard count > 0 else { return }
    for place in Set([0, count / 2, count - 1]) {
      var other = bytes
      other[place] ^= 1
      #expect(!store.holds(digest, other))
    }
  }
}
