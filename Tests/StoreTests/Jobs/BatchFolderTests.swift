import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct BatchFolderTests {
  @Test func filesAppearWhole() throws {
    let folder = try TemporaryFolder()
    let batch = BatchFolder("b", in: try StoreLayout(root: folder.path + "/store"))
    #expect(!batch.exists && batch.read("a") == nil)
    try batch.create()
    try batch.write([1, 2], as: "a")
    try batch.write([3], as: "a")
    #expect(batch.read("a") == [3])
    #expect(try batch.names() == ["a"])
    batch.remove(tasks: 1)
    #expect(!batch.exists)
    #expect(throws: StoreError.self) { try batch.write([1], as: "a") }
  }

  @Test func keysLeadToTheirBatch() throws {
    let folder = try TemporaryFolder()
    let layout = try StoreLayout(root: folder.path + "/store")
    let key = Digest.of("key")
    #expect(layout.batch(computing: key) == nil)
    let batch = BatchFolder("run-stage-1", in: layout)
    try batch.create()
    try layout.note(batch, computes: key)
    #expect(layout.batch(computing: key) == batch)
    #expect(layout.allBatches() == [batch])
    layout.forgetBatch(computing: key)
    #expect(layout.batch(computing: key) == nil)
    try layout.note(batch, computes: key)
    batch.remove(tasks: 1)
    // A batch that is gone computes nothing.
    #expect(layout.batch(computing: key) == nil)
    try layout.note(BatchFolder("..", in: layout), computes: key)
    #expect(layout.batch(computing: key) == nil)
  }
}
