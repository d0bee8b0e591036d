import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct ProjectRootsTests {
  @Test func readsWhatItWrites() throws {
    let folder = try TemporaryFolder()
    let roots = ProjectRoots(
      host: "bench", record: "/a b/assay.sqlite", keep: 7,
      runs: [
        KeptRun(run: "1", pipeline: "p", reasons: [.latest(2), .tag("a b"), .pinned]),
        KeptRun(run: "2", pipeline: "q", reasons: [.newestSuccess]),
      ])
    let path = try folder.write("project.json", String(decoding: roots.bytes, as: UTF8.self))
    #expect(try ProjectRoots(reading: path) == roots)
    #expect(roots.runs[0].reasons == [.pinned, .tag("a b"), .latest(2)])
  }

  @Test(arguments: [
    "", "{}", "{\"format\": 2}", "nonsense",
    """
    {"format": 1, "host": "h", "record": "r", "keep": 1,
     "runs": [{"run": "../up", "pipeline": "p", "reasons": ["pinned"]}]}
    """,
    """
    {"format": 1, "host": "h", "record": "r", "keep": 1,
     "runs": [{"run": "1", "pipeline": "p", "reasons": ["because"]}]}
    """,
  ])
  func invalidFileIsDamage(_ text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("project.json", text)
    let error = #expect(throws: StoreError.self) { try ProjectRoots(reading: path) }
    #expect(error?.damaged == true)
  }

  @Test func projectsOnDifferentHostsDiffer() {
    #expect(
      ProjectRoots.id(host: "a", record: "/r") != ProjectRoots.id(host: "b", record: "/r"))
  }

  @Test func missingListsAreRebuiltFromTheRecord() throws {
    let scene = try GarbageScene()
    let result = try scene.result("r")
    try scene.run("1", [result])
    let roots = try ProjectRoots.refresh(scene.records, in: scene.layout)
    let list = "\(scene.layout.roots)/\(roots.id)/1.keys"
    unlink(list)
    // Another project must not guess the missing list.
    let error = #expect(throws: StoreError.self) { try scene.collect(records: false) }
    #expect(error?.path == list)
    #expect(scene.isHit(result))
    _ = try scene.collect()
    #expect(FileStatus(list) != nil)
    #expect(scene.isHit(result))
  }

  @Test func damagedFileStopsOtherProjectsAndIsRewrittenByItsOwn() throws {
    let scene = try GarbageScene()
    try scene.run("1", [try scene.result("r")])
    let roots = try ProjectRoots.refresh(scene.records, in: scene.layout)
    let file = "\(scene.layout.roots)/\(roots.id)/project.json"
    try damage(file, "{")
    #expect(throws: StoreError.self) { try scene.collect(records: false) }
    _ = try scene.collect()
    #expect(try ProjectRoots(reading: file).runs.map(\.run) == ["1"])
  }

  /// Through the caches of a network file system, a file that another host replaced can be seen cut
  /// off at its old size for some seconds.
  @Test func fileSeenInPartIsReadAgain() throws {
    let scene = try GarbageScene()
    try scene.run("1", [try scene.result("r")])
    let roots = try ProjectRoots.refresh(scene.records, in: scene.layout)
    let file = "\(scene.layout.roots)/\(roots.id)/project.json"
    let whole = try OpenFile(reading: file).readAll()
    let halves = [whole.count / 2, whole.count * 3 / 4].map {
      String(decoding: whole.prefix($0), as: UTF8.self)
    }
    try damage(file, halves[0])
    var pauses = 0
    let seen = try StoreRoots(scene.layout, now: 0, grace: 0, delay: longestWait) {
      pauses += 1
      #expect(throws: Never.self) {
        if pauses < halves.count {
          try damage(file, halves[pauses])
        } else {
          try scene.layout.replace(file, with: whole, durably: false)
        }
      }
    }
    #expect(seen.holders.map(\.run) == ["1"])
    #expect(pauses == 2)
  }

  @Test func readsARunThatBeganMeanwhile() throws {
    let scene = try GarbageScene()
    let result = try scene.result("r")
    let live = try LiveRun("1", record: scene.records.path, in: scene.layout)
    _ = scene.cache.kept(by: live).lookup(result.key)
    try scene.run("1", [], status: nil)
    try ProjectRoots.refresh(scene.records, in: scene.layout)
    let roots = try StoreRoots(scene.layout, now: 0, grace: 0)
    #expect(Set(roots.holders.map(\.reason)) == [.running, .latest(1)])
    #expect(roots.holders.allSatisfy { $0.uses.keys == [result.key] })
    #expect(roots.liveRuns == ["1"])
    withExtendedLifetime(live) {}
  }

  @Test func emptyFolderKeepsNothing() throws {
    let scene = try GarbageScene()
    try scene.layout.createRoots()
    try Folder.create(scene.layout.roots + "/0123")
    try scene.folder.write("store/roots/0123/lock", "")
    #expect(throws: Never.self) { try scene.collect() }
  }

  @Test func listsOfRunsNoLongerKeptAreRemoved() throws {
    let scene = try GarbageScene()
    for index in 0..<3 { try scene.run("\(index)", [try scene.result("r\(index)")]) }
    let roots = try ProjectRoots.refresh(scene.records, in: scene.layout)
    let folder = "\(scene.layout.roots)/\(roots.id)"
    #expect(try names(in: folder) == ["0.keys", "1.keys", "2.keys", "lock", "project.json"])
    try ProjectRoots.refresh(scene.records, in: scene.layout, keep: 1)
    #expect(try names(in: folder) == ["2.keys", "lock", "project.json"])
  }
}
