import Foundation
import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct ObjectStoreTests {
  @Test func writesObjectsOnceAndReadOnly() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let digest = try store.write(Array("blast".utf8))
    #expect(digest == Digest.of("blast"))
    #expect(store.contains(digest, size: 5))
    #expect(!store.contains(digest, size: 6))
    #expect(!store.contains(Digest.of("other"), size: 5))
    let mode = try FileManager.default.attributesOfItem(atPath: store.path(digest))
    #expect(mode[.posixPermissions] as? Int == 0o444)
    let inode = FileStatus(store.path(digest))?.inode
    #expect(try store.write(Array("blast".utf8)) == digest)
    #expect(FileStatus(store.path(digest))?.inode == inode)
    try store.sync()
    #expect(try names(in: store.layout.incoming) == [])
  }

  @Test func adoptsByRenaming() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let path = try folder.write("store/scratch/1/a", "nucleus")
    let inode = FileStatus(path)?.inode
    let (digest, size) = try store.adopt(file: path)
    #expect(digest == Digest.of("nucleus"))
    #expect(size == 7)
    #expect(FileStatus(path) == nil)
    #expect(FileStatus(store.path(digest))?.inode == inode)
    #expect(try store.read(digest, verify: true) == Array("nucleus".utf8))
  }

  @Test func dropsAFileWhoseContentIsStored() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let digest = try store.write(Array("nucleus".utf8))
    let inode = FileStatus(store.path(digest))?.inode
    let path = try folder.write("a", "nucleus")
    try store.adopt(file: path)
    #expect(FileStatus(path) == nil)
    #expect(FileStatus(store.path(digest))?.inode == inode)
  }

  @Test func replacesATruncatedObject() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let digest = try store.write(Array("nucleus".utf8))
    try damage(store.path(digest), "nucl")
    try store.adopt(file: try folder.write("a", "nucleus"))
    #expect(try store.read(digest, verify: true) == Array("nucleus".utf8))
    try damage(store.path(digest), "nucl")
    _ = try store.write(Array("nucleus".utf8))
    #expect(try store.read(digest, verify: true) == Array("nucleus".utf8))
  }

  @Test func copiesAFileWithAnotherHardLink() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let original = try folder.write("data/original", "nucleus")
    link(original, folder.path + "/output")
    let (digest, _) = try store.adopt(file: folder.path + "/output")
    try Data("changed".utf8).write(to: URL(fileURLWithPath: original), options: [])
    #expect(try store.read(digest, verify: true) == Array("nucleus".utf8))
    #expect(FileStatus(folder.path + "/output") == nil)
    let mode = try FileManager.default.attributesOfItem(atPath: original)
    #expect(mode[.posixPermissions] as? Int != 0o444)
  }

  @Test func refusesLinksAndSpecialFiles() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let path = try folder.write("a", "x")
    symlink(path, folder.path + "/l")
    mkfifo(folder.path + "/pipe", 0o600)
    #expect(throws: StoreError.self) { try store.adopt(file: folder.path + "/l") }
    #expect(throws: StoreError.self) { try store.adopt(file: folder.path + "/pipe") }
    #expect(throws: StoreError.self) { try store.adopt(file: folder.path) }
    #expect(FileStatus(path)?.kind == .file)
  }

  @Test func distinguishesMissingFromDamaged() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let digest = try store.write([1, 2, 3])
    try damage(store.path(digest), "abc")
    #expect(try store.read(digest, verify: false) == Array("abc".utf8))
    let broken = #expect(throws: StoreError.self) { try store.read(digest, verify: true) }
    #expect(broken?.reason == "the content does not match its digest")
    #expect(broken?.damaged == true)
    let missing = #expect(throws: StoreError.self) {
      try store.read(Digest.of("none"), verify: false)
    }
    #expect(missing?.reason == "the object is missing from the store")
    #expect(missing?.damaged == true)
  }
}

struct ArtifactFolderTests {
  @Test func adoptsAFolderWithItsManifest() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    try folder.write("out/b/2.png", "two")
    try folder.write("out/b/1.png", "same")
    try folder.write("out/a.csv", "same")
    try folder.write("out/.hidden", "")
    try Folder.create(folder.path + "/out/empty")
    let manifest = try store.adoptFolder(folder.path + "/out")
    #expect(manifest.files.map(\.path) == [".hidden", "a.csv", "b/1.png", "b/2.png"])
    #expect(manifest.files.map(\.size) == [0, 4, 4, 3])
    #expect(manifest.files[1].digest == Digest.of("same"))
    #expect(try store.manifest(manifest.digest) == manifest)
    for file in manifest.files { #expect(store.contains(file.digest, size: file.size)) }
    #expect(FileStatus(folder.path + "/out/a.csv") == nil)
    #expect(FileStatus(folder.path + "/out/b/1.png") == nil)
  }

  @Test func adoptsManyFiles() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    for number in 0..<(300) {
      try folder.write("out/\(number)", "content \(number)")
    }
    let manifest = try store.adoptFolder(folder.path + "/out")
    #expect(manifest.files.count == 300)
    for file in manifest.files {
      #expect(try store.read(file.digest, verify: true) == Array("content \(file.path)".utf8))
    }
    try store.sync()
  }

  @Test func adoptsAnEmptyFolder() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    try Folder.create(folder.path + "/out")
    let manifest = try store.adoptFolder(folder.path + "/out")
    #expect(manifest.digest == Digest.of(""))
    #expect(try store.manifest(manifest.digest).files == [])
  }

  @Test func movesNothingIfAFileIsALink() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    try folder.write("out/a", "x")
    symlink("a", folder.path + "/out/z")
    let error = #expect(throws: StoreError.self) {
      try store.adoptFolder(folder.path + "/out")
    }
    #expect(error?.path == folder.path + "/out/z")
    #expect(try folder.read("out/a") == "x")
    #expect(try names(in: store.layout.objects) == [])
  }

  @Test func refusesNamesWithLineBreaks() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    try folder.write("out/one\ntwo", "x")
    #expect(throws: StoreError.self) { try store.adoptFolder(folder.path + "/out") }
  }

  @Test func invalidManifestIsDamage() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let digest = try store.write(Array("no manifest".utf8))
    let error = #expect(throws: StoreError.self) { try store.manifest(digest) }
    #expect(error?.path == store.path(digest))
    #expect(error?.damaged == true)
  }
}

/// The store on a full disk, and files from another disk.
struct OtherDiskTests {
  /// A small disk in memory; `nil` where this process may not mount one.
  private static func mounted(_ folder: TemporaryFolder) throws -> String? {
    let path = folder.path + "/disk"
    try Folder.create(path)
    return mount("tmpfs", path, "tmpfs", 0, "size=256k") == 0 ? path : nil
  }

  private static let mayMount: Bool = {
    guard let folder = try? TemporaryFolder(), let disk = try? mounted(folder) else { return false }
    umount(disk)
    return true
  }()

  @Test(.enabled(if: mayMount, "needs the right to mount a small disk"))
  func fullDiskPublishesNothing() throws {
    let folder = try TemporaryFolder()
    let disk = try #require(try Self.mounted(folder))
    defer { umount(disk) }
    let store = ObjectStore(try StoreLayout(root: disk + "/store"))
    let cache = ActionCache(store)
    let bytes = [UInt8](repeating: 7, count: 1 << 20)
    let error = #expect(throws: StoreError.self) { try store.write(bytes) }
    #expect(error?.system == "No space left on device")
    #expect(!store.contains(Digest.of(bytes), size: bytes.count))
    #expect(try names(in: store.layout.incoming) == [])

    // A folder on another disk is copied, and stays where it was if it does not fit.
    try folder.write("out/a", "small")
    try folder.write("out/b", String(repeating: "x", count: 1 << 20))
    #expect(throws: StoreError.self) { try store.adoptFolder(folder.path + "/out") }
    #expect(try names(in: folder.path + "/out") == ["a", "b"])
    #expect(try names(in: store.layout.objects) == [])
    #expect(try names(in: store.layout.incoming) == [])

    // With no space left, a key cannot be published either.
    let filler = try OpenFile(creating: disk + "/filler")
    while (try? filler.write([UInt8](repeating: 1, count: 4096))) != nil {}
    let record = KeyRecord(kind: "k", revision: 1, preImage: ["a": 1], artifacts: [:])
    #expect(throws: StoreError.self) { try cache.publish(record) }
    #expect(cache.lookup(record.key) == .miss(.notStored))
  }

  @Test(.enabled(if: mayMount, "needs the right to mount a small disk"))
  func adoptsFromAnotherDisk() throws {
    let folder = try TemporaryFolder()
    let disk = try #require(try Self.mounted(folder))
    defer { umount(disk) }
    let store = try folder.store()
    try OpenFile(creating: disk + "/a").write(Array("nucleus".utf8))
    let (digest, _) = try store.adopt(file: disk + "/a")
    #expect(try store.read(digest, verify: true) == Array("nucleus".utf8))
    #expect(FileStatus(disk + "/a") == nil)
    #expect(try names(in: store.layout.incoming) == [])

    let manifest = ArtifactManifest([.init(path: "n", size: 7, digest: digest)])
    try Checkout.materialise(manifest, from: store, to: disk + "/checkout", mode: .link)
    #expect(try OpenFile(reading: disk + "/checkout/n").readAll() == Array("nucleus".utf8))
  }

  @Test func aLinkInPlaceOfAnObjectIsDamage() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let digest = try store.write(Array("inside".utf8))
    let outside = try folder.write("outside", "inside")
    unlink(store.path(digest))
    symlink(outside, store.path(digest))
    #expect(!store.contains(digest, size: 6))
    let error = #expect(throws: StoreError.self) { try store.read(digest, verify: true) }
    #expect(error?.reason == "a symbolic link in place of an object")
    #expect(error?.damaged == true)
    // Storing the object again replaces the link; the link's target stays.
    #expect(try store.write(Array("inside".utf8)) == digest)
    #expect(try store.read(digest, verify: true) == Array("inside".utf8))
    #expect(try folder.read("outside") == "inside")
  }

  /// Two names that differ only in the encoding of an accent; they made a worker crash.
  @Test func refusesCanonicallyEqualNames() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    try folder.write("out/e\u{301}.csv", "one")
    try folder.write("out/\u{E9}.csv", "two")
    let error = #expect(throws: StoreError.self) { try store.adoptFolder(folder.path + "/out") }
    #expect(error?.reason == "another file has the same name; rename one of them")
  }
}

struct ObjectStoreLinkTests {
  @Test func linkIsNeverReadAndIsReplaced() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let digest = try store.write(Array("content".utf8))
    let outside = try folder.write("outside", "content")
    unlink(store.path(digest))
    symlink(outside, store.path(digest))
    #expect(!store.contains(digest, size: 7))
    let error = #expect(throws: StoreError.self) { try store.read(digest, verify: false) }
    #expect(error?.reason.contains("symbolic link") == true)
    #expect(error?.damaged == true)
    #expect(try store.write(Array("content".utf8)) == digest)
    #expect(FileStatus(store.path(digest), followLinks: false)?.kind == .file)
    #expect(try folder.read("outside") == "content")
  }

  @Test func storingAgainUpdatesTheAccessTime() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let digest = try store.write(Array("content".utf8))
    setModified(store.path(digest), 1_000_000_000)
    _ = try store.write(Array("content".utf8))
    #expect((FileStatus.accessed(store.path(digest)) ?? 0) > 1_000_000_000)
    setModified(store.path(digest), 1_000_000_000)
    try store.adopt(file: try folder.write("file", "content"))
    #expect((FileStatus.accessed(store.path(digest)) ?? 0) > 1_000_000_000)
  }
}
