import Glibc
import PipelineDSL
import Testing

@testable import Store

struct LiveRunTests {
  private func read(_ scene: GarbageScene, grace: Double = 0) throws -> LiveFile? {
    let status = try #require(FileStatus(scene.layout.root))
    return try LiveFile(
      scene.layout.liveRuns + "/r", run: "r", now: max(status.modified, status.changed),
      grace: grace)
  }

  @Test func announcesAKeyBeforeItsLookup() throws {
    let scene = try GarbageScene()
    let live = try LiveRun("r", record: scene.records.path, in: scene.layout)
    let key = Digest.of("unknown")
    #expect(
      scene.cache.kept(by: live).lookup(key) == .miss(.notStored))
    let file = try #require(try read(scene))
    #expect(file.isLive)
    #expect(file.uses.keys == [key])
    #expect(file.started > 0)
    live.note(key, seconds: 1.5)
    #expect(try read(scene)?.uses.seconds == [key: 1.5])
  }

  @Test func endsWithItsProcess() throws {
    let scene = try GarbageScene()
    do {
      let live = try LiveRun("r", record: scene.records.path, in: scene.layout)
      live.keep(Digest.of("k"))
      #expect(!LiveFile.isUnlocked(live.path))
    }
    // What it used is still listed, and no process holds the lock any more.
    let file = try #require(try read(scene))
    #expect(!file.isLive)
    #expect(file.uses.keys == [Digest.of("k")])
  }

  @Test func leavesNoFileIfItUsedNoKey() throws {
    let scene = try GarbageScene()
    do { _ = try LiveRun("r", record: scene.records.path, in: scene.layout) }
    #expect(try names(in: scene.layout.liveRuns) == [])
  }

  @Test func modificationTimeIsTheHeartbeatOnAnotherHost() throws {
    let scene = try GarbageScene()
    try scene.layout.createRoots()
    let path = scene.layout.liveRuns + "/r"
    try OpenFile(creating: path).write(Array("# boot elsewhere\n# host far\n".utf8))
    #expect(try read(scene)?.isLive == true)
    let status = try #require(FileStatus(path))
    setModified(path, status.modified - 2 * LiveRun.patience * 1_000_000_000)
    #expect(try read(scene)?.isLive == false)
    #expect(try read(scene, grace: 86_400)?.isLive == true)
  }

  @Test func endedRunIsKeptByItsProject() throws {
    let scene = try GarbageScene()
    let result = try scene.result("r")
    let live = try LiveRun("1", record: scene.records.path, in: scene.layout)
    #expect(scene.cache.kept(by: live).lookup(result.key) == .hit(result))
    let log = try scene.cache.objects.write(Array("it broke".utf8))
    try scene.run("1", [result], failedLog: log)
    try live.end(scene.records)
    #expect(try names(in: scene.layout.liveRuns) == [])
    let roots = try StoreRoots(scene.layout, now: 0, grace: 0)
    #expect(roots.holders.map(\.run) == ["1"])
    #expect(roots.holders.first?.uses.keys.contains(result.key) == true)
    #expect(roots.holders.first?.uses.objects == [log])
  }

  @Test func killedRunIsKeptByItsProject() throws {
    let scene = try GarbageScene()
    let result = try scene.result("r")
    do {
      let live = try LiveRun("1", record: scene.records.path, in: scene.layout)
      _ = scene.cache.kept(by: live).lookup(result.key)
      // The run began, and its process died before the result was recorded.
      try scene.run("1", [], status: nil)
      try ProjectRoots.refresh(scene.records, in: scene.layout)
    }
    _ = try scene.collect(records: false)
    #expect(scene.isHit(result))
    _ = try scene.collect(keep: 1)
    #expect(scene.isHit(result))
    #expect(try names(in: scene.layout.liveRuns) == [])
    try scene.run("2", [])
    let report = try scene.collect(keep: 1)
    #expect(!scene.isHit(result))
    #expect(report.keptResults.isEmpty)
  }
}
