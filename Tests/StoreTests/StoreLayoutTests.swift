import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct StoreLayoutTests {
  @Test func createsAStoreThatBackupsSkip() throws {
    let folder = try TemporaryFolder()
    let layout = try StoreLayout(root: folder.path + "/results/store/")
    #expect(layout.root == folder.path + "/results/store")
    for part in [layout.objects, layout.keys, layout.scratch] {
      #expect(FileStatus(part)?.kind == .folder)
    }
    #expect(
      try folder.read("results/store/CACHEDIR.TAG")
        .hasPrefix("Signature: 8a477f597d28d172789f06886806bc55\n"))
    #expect(try folder.read("results/store/version") == "assay-store 1\n")
    #expect(throws: Never.self) { try StoreLayout(root: folder.path + "/results/store") }
  }

  @Test func splitsDigests() throws {
    let folder = try TemporaryFolder()
    let layout = try StoreLayout(root: folder.path + "/s")
    let key = Digest.of("")
    #expect(
      layout.file(for: key)
        == layout.keys + "/e3/b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.json")
    #expect(
      layout.state(for: key)
        == layout.root + "/state/e3/b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func refusesALinkAsRootOrObjects() throws {
    let folder = try TemporaryFolder()
    try Folder.create(folder.path + "/elsewhere")
    symlink(folder.path + "/elsewhere", folder.path + "/store")
    #expect(throws: StoreError.self) { try StoreLayout(root: folder.path + "/store") }
    #expect(try names(in: folder.path + "/elsewhere") == [])

    try Folder.create(folder.path + "/other")
    symlink(folder.path + "/elsewhere", folder.path + "/other/objects")
    let error = #expect(throws: StoreError.self) {
      try StoreLayout(root: folder.path + "/other")
    }
    #expect(error?.path == folder.path + "/other/objects")
  }

  @Test(arguments: [
    "objects", "keys", "scratch", "incoming", "memo", "state", "objects/ab", "keys/01",
  ])
  func refusesALinkAsAnyFolder(_ name: String) throws {
    let folder = try TemporaryFolder()
    try Folder.create(folder.path + "/elsewhere")
    let store = try folder.store()
    let place = store.layout.root + "/" + name
    rmdir(place)
    #expect(symlink(folder.path + "/elsewhere", place) == 0)
    let error = #expect(throws: StoreError.self) { try StoreLayout(root: store.layout.root) }
    #expect(error?.path == place)
    #expect(try names(in: folder.path + "/elsewhere") == [])
  }

  @Test func existingOpensOnlyAnExistingStore() throws {
    let folder = try TemporaryFolder()
    #expect(throws: StoreError.self) { try StoreLayout.existing(folder.path + "/store") }
    #expect(FileStatus(folder.path + "/store") == nil)
    let layout = try StoreLayout(root: folder.path + "/store")
    #expect(try StoreLayout.existing(folder.path + "/store") == layout)
  }

  @Test func refusesANewerFormat() throws {
    let folder = try TemporaryFolder()
    try folder.write("store/version", "assay-store 2\n")
    let error = #expect(throws: StoreError.self) { try StoreLayout(root: folder.path + "/store") }
    #expect(
      error?.reason
        == "is a store of format 2, and this version of Assay reads up to 1; use a newer Assay")
    #expect(error?.damaged == false)
  }

  @Test func garbledVersionIsDamage() throws {
    let folder = try TemporaryFolder()
    try folder.write("store/version", "assay-")
    let error = #expect(throws: StoreError.self) { try StoreLayout(root: folder.path + "/store") }
    #expect(error?.damaged == true)
  }
}
