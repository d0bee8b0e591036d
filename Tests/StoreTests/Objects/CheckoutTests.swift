import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct CheckoutTests {
  private func artifact(_ folder: TemporaryFolder) throws -> (ObjectStore, ArtifactManifest) {
    let store = try folder.store()
    try folder.write("out/a.csv", "id\n")
    try folder.write("out/tiles/1.png", "tile")
    return (store, try store.adoptFolder(folder.path + "/out"))
  }

  @Test func copiesAreWritable() throws {
    let folder = try TemporaryFolder()
    let (store, manifest) = try artifact(folder)
    try Checkout.materialise(manifest, from: store, to: folder.path + "/copy/", mode: .copy)
    #expect(try folder.read("copy/tiles/1.png") == "tile")
    let status = FileStatus(folder.path + "/copy/a.csv")
    #expect(status?.names == 1)
    #expect(access(folder.path + "/copy/a.csv", W_OK) == 0)
  }

  @Test func linksShareTheObject() throws {
    let folder = try TemporaryFolder()
    let (store, manifest) = try artifact(folder)
    try Folder.create(folder.path + "/link")
    try Checkout.materialise(manifest, from: store, to: folder.path + "/link", mode: .link)
    let inode = FileStatus(store.path(Digest.of("tile")))?.inode
    #expect(FileStatus(folder.path + "/link/tiles/1.png")?.inode == inode)
  }

  @Test func refusesAFolderInUse() throws {
    let folder = try TemporaryFolder()
    let (store, manifest) = try artifact(folder)
    try folder.write("used/mine", "precious")
    #expect(throws: StoreError.self) {
      try Checkout.materialise(manifest, from: store, to: folder.path + "/used", mode: .copy)
    }
    #expect(try names(in: folder.path + "/used") == ["mine"])
  }

  @Test(arguments: ["tile!", "tiLe"])
  func damagedObjectLeavesNothingBehind(content: String) throws {
    let folder = try TemporaryFolder()
    let (store, manifest) = try artifact(folder)
    try damage(store.path(Digest.of("tile")), content)
    let before = try names(in: folder.path)
    let error = #expect(throws: StoreError.self) {
      try Checkout.materialise(manifest, from: store, to: folder.path + "/copy", mode: .copy)
    }
    #expect(error?.damaged == true)
    #expect(try names(in: folder.path) == before)
  }

  @Test func refusesAPathOutOfTheFolder() throws {
    let folder = try TemporaryFolder()
    let (store, _) = try artifact(folder)
    let evil = ArtifactManifest([.init(path: "../evil", size: 4, digest: Digest.of("tile"))])
    #expect(throws: StoreError.self) {
      try Checkout.materialise(evil, from: store, to: folder.path + "/copy", mode: .copy)
    }
    #expect(FileStatus(folder.path + "/evil") == nil)
  }
}
