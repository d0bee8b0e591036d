import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct GarbageCollectorSweepTests {
  @Test func collectsScratchOfEndedRuns() throws {
    let scene = try GarbageScene()
    let live = try LiveRun("live", record: scene.records.path, in: scene.layout)
    live.keep(Digest.of("k"))
    for run in ["live", "over"] { try scene.folder.write("store/scratch/\(run)/1/log", "words") }
    let report = try scene.collect()
    #expect(report.collected[.scratch] == nil || report.collected[.scratch]?.bytes == 5)
    #expect(try names(in: scene.layout.scratch).contains("live"))
    withExtendedLifetime(live) {}
  }

  @Test func keepsWhatJobsInAQueueNeed() throws {
    let scene = try GarbageScene()
    try scene.folder.write("store/scratch/left/1/log", "words")
    let batch = BatchFolder("left-a-1", in: scene.layout)
    try batch.create()
    try batch.write([1], as: "tasks")
    try scene.layout.note(batch, computes: Digest.of("k"))
    #expect(try scene.collect().collected[.scratch] == nil)
    #expect(batch.exists && scene.layout.batch(computing: Digest.of("k")) == batch)
    setModified(batch.path, 1_000_000_000)
    #expect(try scene.collect().collected[.scratch] != nil)
    #expect(!batch.exists)
  }

  @Test func collectsOnlyOldLeftovers() throws {
    let scene = try GarbageScene()
    try scene.folder.write("store/scratch/over/1/log", "words")
    setModified(try scene.folder.write("store/incoming/1-x", "half"), 1_000_000_000)
    try scene.folder.write("store/incoming/2-y", "being written")
    #expect(try scene.collect(grace: 3600).collected[.scratch] == nil)
    let report = try scene.collect()
    #expect(report.collected[.scratch]?.bytes == 5)
    #expect(try names(in: scene.layout.incoming) == ["2-y"])
    #expect(try names(in: scene.layout.scratch) == [])
  }

  @Test func keepsCheckpointsOfKeptRunsWithoutAResult() throws {
    let scene = try GarbageScene()
    let done = try scene.result("done")
    try scene.run("1", [done], failedLog: Digest.of(""))
    let waiting = Digest.of("f1")
    for key in [done.key, waiting, Digest.of("nobody"), Digest.of("leased")] {
      try Folder.create(scene.layout.state(for: key))
      try OpenFile(creating: scene.layout.state(for: key) + "/epoch").write([1, 2, 3])
    }
    let report = try scene.collect { $0.leased = [Digest.of("leased")] }
    #expect(report.collected[.state] == amount(2, 6))
    #expect(FileStatus(scene.layout.state(for: waiting) + "/epoch") != nil)
    #expect(FileStatus(scene.layout.state(for: Digest.of("leased"))) != nil)
    #expect(FileStatus(scene.layout.state(for: done.key)) == nil)
  }

  @Test func memoIsLimitedToItsSize() throws {
    let scene = try GarbageScene()
    for (index, name) in ["b", "a", "c"].enumerated() {
      setModified(try scene.folder.write("store/memo/\(name)", "1234"), (index + 1) * 1_000_000_000)
    }
    let report = try scene.collect { $0.memo = 9 }
    #expect(report.collected[.memo] == amount(1, 4))
    #expect(try names(in: scene.layout.memo) == ["a", "c"])
  }

  private func amount(_ files: Int, _ bytes: Int) -> Amount {
    var amount = Amount()
    (amount.files, amount.bytes) = (files, bytes)
    return amount
  }
}
