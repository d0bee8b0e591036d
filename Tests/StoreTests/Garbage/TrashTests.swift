import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct TrashTests {
  @Test func takesAndPutsBack() throws {
    let folder = try TemporaryFolder()
    let layout = try folder.store().layout
    try folder.write("store/objects/ab/file", "content")
    var trash = Trash(layout, now: 12)
    #expect(try trash.take("objects/ab/file"))
    #expect(try !trash.take("objects/ab/file"))
    #expect(FileStatus(layout.objects + "/ab/file") == nil)
    #expect(try Trash.batches(layout).map(\.time) == [12])
    #expect(try Trash.contents(trash.batch) == ["objects/ab/file"])
    #expect(try Trash.putBack("objects/ab/file", of: trash.batch, in: layout))
    #expect(try folder.read("store/objects/ab/file") == "content")
    #expect(try !Trash.putBack("objects/ab/file", of: trash.batch, in: layout))
  }

  @Test func existingFilesAreNotReplaced() throws {
    let folder = try TemporaryFolder()
    let layout = try folder.store().layout
    try folder.write("store/objects/ab/file", "old")
    try folder.write("store/scratch/run/log", "old")
    var trash = Trash(layout, now: 12)
    #expect(try trash.take("objects/ab/file"))
    #expect(try trash.take("scratch/run"))
    try folder.write("store/objects/ab/file", "new")
    try folder.write("store/scratch/run/log", "new")
    #expect(try !Trash.putBack("objects/ab/file", of: trash.batch, in: layout))
    #expect(try !Trash.putBack("scratch/run", of: trash.batch, in: layout))
    #expect(try folder.read("store/objects/ab/file") == "new")
    #expect(try folder.read("store/scratch/run/log") == "new")
    #expect(try Trash.contents(trash.batch).sorted() == ["objects/ab/file", "scratch/run"])
  }

  @Test func deletesOldBatches() throws {
    let folder = try TemporaryFolder()
    let layout = try folder.store().layout
    for time in [10, 20] {
      try folder.write("store/memo/\(time)", "12345")
      var trash = Trash(layout, now: time)
      #expect(try trash.take("memo/\(time)"))
    }
    #expect(try Trash.delete(layout, until: 15, dryRun: true).bytes == 5)
    #expect(try Trash.amount(layout).files == 2)
    #expect(try Trash.delete(layout, until: 15, dryRun: false).bytes == 5)
    #expect(try Trash.batches(layout).map(\.time) == [20])
  }
}
