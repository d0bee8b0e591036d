import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct GarbageCollectorTests {
  @Test func collectsWhatNoKeptRunNeeds() throws {
    let scene = try GarbageScene()
    let old = try scene.result("old", shared: "both")
    let new = try scene.result("new", shared: "both", log: "said this")
    try scene.run("1", [old])
    try scene.run("2", [new])
    let report = try scene.collect()
    #expect(!scene.isHit(old))
    #expect(scene.isHit(new))
    #expect(report.collected[.results]?.files == 1)
    // Its file and its manifest go; the shared file and the log of the kept result stay.
    #expect(report.collected[.objects]?.files == 2)
    #expect(report.kept[.newestSuccess]?.files == 4)
    #expect(scene.cache.objects.contains(Digest.of("both"), size: 4))
    #expect(scene.cache.objects.contains(Digest.of("said this"), size: 9))
    try scene.checkWhole()
  }

  @Test func keepsPinnedTaggedAndNewestSuccessfulRuns() throws {
    let scene = try GarbageScene()
    let results = try (0..<6).map { try scene.result("r\($0)") }
    for (index, result) in results.enumerated() {
      try scene.run("\(index)", [result], status: index < 4 ? .done : .failed)
    }
    try scene.mark("pin", "0")
    try scene.mark("tag", "1", "paper")
    let report = try scene.collect()
    #expect(results.map(scene.isHit) == [true, true, false, true, false, true])
    #expect(report.keptResults == [.pinned: 1, .tagged: 1, .newestSuccess: 1, .latest: 1])
    try scene.mark("unpin", "0")
    try scene.mark("untag", "1", "paper")
    _ = try scene.collect()
    #expect(results.map(scene.isHit) == [false, false, false, true, false, true])
    try scene.checkWhole()
  }

  @Test func keepsTheLastRunsOfEachPipeline() throws {
    let scene = try GarbageScene()
    var results: [[KeyRecord]] = []
    for pipeline in ["p", "q"] {
      results.append(try (0..<4).map { try scene.result("\(pipeline)\($0)") })
      for (index, result) in (results.last ?? []).enumerated() {
        try scene.run("\(pipeline)-\(index)", pipeline: pipeline, [result])
      }
    }
    _ = try scene.collect(keep: 2)
    for part in results { #expect(part.map(scene.isHit) == [false, false, true, true]) }
    // `keep` stays in force.
    #expect(try ProjectRoots.current(scene.records, in: scene.layout).keep == 2)
  }

  @Test func keepsYoungResults() throws {
    let scene = try GarbageScene()
    let result = try scene.result("loose")
    let report = try scene.collect(grace: 3600)
    #expect(scene.isHit(result))
    #expect(report.keptResults == [.young: 1])
    #expect(report.total.files == 0)
  }

  @Test func trashIsDeletedAfterTheGracePeriod() throws {
    let scene = try GarbageScene()
    let result = try scene.result("loose")
    usleep(700_000)
    let first = try scene.collect(grace: 0.5)
    #expect(!scene.isHit(result))
    #expect(first.total.files == 3)
    #expect(first.deleted.files == 0)
    #expect(first.trash == first.total)
    usleep(600_000)
    let second = try scene.collect(grace: 0.5)
    #expect(second.total.files == 0)
    #expect(second.deleted == first.total)
    #expect(second.trash.files == 0)
    #expect(try names(in: scene.layout.trash) == [])
  }

  @Test func dryRunMovesNothingAndReportsTheSame() throws {
    let scene = try GarbageScene()
    for index in 0..<5 {
      try scene.run("\(index)", [scene.result("r\(index)", shared: "s\(index / 2)")])
    }
    try Folder.create(scene.layout.scratch + "/0/attempt")
    try scene.folder.write("store/scratch/0/attempt/log", "words")
    let before = Folder.amount(scene.layout.root + "/objects")
    let dry = try scene.collect(keep: 2) { $0.dryRun = true }
    #expect(Folder.amount(scene.layout.root + "/objects") == before)
    #expect(FileStatus(scene.layout.trash) == nil)
    #expect(FileStatus(scene.layout.scratch + "/0/attempt/log") != nil)
    #expect(try ProjectRoots.current(scene.records, in: scene.layout).keep == 10)
    let real = try scene.collect(keep: 2)
    #expect(dry.collected == real.collected)
    #expect(dry.deleted == real.deleted)
    #expect(dry.kept == real.kept)
    #expect(real.total.bytes > 0)
    #expect(real.collected[.scratch] != nil)
  }

  @Test func keepsWhatAnActiveRunUses() throws {
    let scene = try GarbageScene()
    let used = try scene.result("used")
    let other = try scene.result("other")
    usleep(25_000)
    let live = try LiveRun("live", record: scene.records.path, in: scene.layout)
    let cache = scene.cache.kept(by: live)
    #expect(cache.lookup(used.key) == .hit(used))
    // What the run uses is kept whatever its age, and so is what is younger than the run.
    let fresh = try cache.objects.write(Array("no key names this yet".utf8))
    _ = try scene.collect()
    #expect(scene.isHit(used))
    #expect(!scene.isHit(other))
    #expect(scene.cache.objects.contains(fresh, size: 21))
    withExtendedLifetime(live) {}
  }

  @Test func contentStoredAgainCountsAsYoung() throws {
    let scene = try GarbageScene()
    let bytes = Array("again".utf8)
    let digest = try scene.cache.objects.write(bytes)
    /// When the object last changed; later calls wait for the clock of the disk to move on.
    func changed() throws -> Int {
      usleep(25_000)
      return try #require(FileStatus(scene.cache.objects.path(digest))).changed
    }
    let written = try changed()
    _ = try scene.cache.objects.write(bytes)
    let again = try changed()
    #expect(again > written)
    try scene.cache.objects.adopt(file: scene.folder.write("file", bytes))
    #expect(try changed() > again)
    _ = try scene.collect()
    #expect(!scene.cache.objects.contains(digest, size: 5))
    // It is gone, so it is written again.
    #expect(try scene.cache.objects.write(bytes) == digest)
    #expect(scene.cache.objects.contains(digest, size: 5))
  }

  @Test func keepsFileListsOfLocationsAndLogsOfFailures() throws {
    let scene = try GarbageScene()
    let location = try scene.cache.objects.write(Array("a list of files".utf8))
    let log = try scene.cache.objects.write(Array("it broke".utf8))
    let loose = try scene.cache.objects.write(Array("nobody's".utf8))
    try scene.run("1", [try scene.result("r", location: location)], failedLog: log)
    let report = try scene.collect()
    #expect(scene.cache.objects.contains(location, size: 15))
    #expect(scene.cache.objects.contains(log, size: 8))
    #expect(!scene.cache.objects.contains(loose, size: 8))
    #expect(report.total == report.collected[.objects])
  }

  @Test func keepsBothSidesOfADivergence() throws {
    let scene = try GarbageScene()
    let result = try scene.result("r")
    try scene.run("1", [result], status: nil)
    let file = try scene.cache.objects.write(Array("other".utf8))
    let other = ArtifactManifest([.init(path: "own", size: 5, digest: file)])
    let found = try scene.cache.objects.write(other.bytes)
    try scene.records.add(
      DivergenceRow(
        run: "1", cell: "c0", key: result.key, port: "files",
        existing: result.artifacts["files"]?.digest.hex ?? "", found: found.hex, at: 1))
    _ = try scene.records.finish(run: "1", status: .done, exit: 0, finished: 2)
    _ = try scene.collect()
    #expect(scene.cache.objects.contains(file, size: 5))
    #expect(scene.cache.objects.contains(found, size: other.bytes.count))
  }

  @Test func lostObjectsDoNotStopTheCollection() throws {
    let scene = try GarbageScene()
    let result = try scene.result("r")
    try scene.run("1", [result])
    unlink(scene.cache.objects.path(try #require(result.artifacts["files"]).digest))
    let report = try scene.collect()
    #expect(report.notes.contains { $0.contains("its manifest is missing") })
    #expect(FileStatus(scene.layout.file(for: result.key)) != nil)
  }

  @Test func damagedFilesStopTheCollection() throws {
    let scene = try GarbageScene()
    let result = try scene.result("r")
    let loose = try scene.result("loose")
    try scene.run("1", [result])
    let manifest = scene.cache.objects.path(try #require(result.artifacts["files"]).digest)
    let sound = try OpenFile(reading: manifest).readAll()
    try damage(manifest, "something else\n")
    let error = #expect(throws: StoreError.self) { try scene.collect(grace: 0) }
    #expect(error?.path == manifest)
    #expect(error?.damaged == true)
    try damage(manifest, String(decoding: sound, as: UTF8.self))
    try damage(scene.layout.file(for: result.key), "{\n")
    let other = #expect(throws: StoreError.self) { try scene.collect(grace: 0) }
    #expect(other?.path == scene.layout.file(for: result.key))
    _ = loose
  }

  @Test func keepsLeasedKeys() throws {
    let scene = try GarbageScene()
    let result = try scene.result("leased")
    _ = try scene.collect { $0.leased = [result.key] }
    #expect(scene.isHit(result))
  }

  @Test func onlyOneCollectionRunsAtATime() throws {
    let scene = try GarbageScene()
    let lock = try CollectionLock(scene.layout)
    let error = #expect(throws: StoreError.self) { try scene.collect() }
    #expect(error?.reason.contains("another collection is running") == true)
    withExtendedLifetime(lock) {}
  }

  @Test func symbolicLinksAreLeftAlone() throws {
    let scene = try GarbageScene()
    try scene.folder.write("outside/file", "precious")
    try scene.folder.write("outside/shard/" + String(repeating: "0", count: 62), "precious")
    let shard = scene.layout.objects + "/00"
    symlink(scene.folder.path + "/outside/shard", shard)
    let other = scene.layout.objects + "/11"
    try Folder.create(other)
    symlink(scene.folder.path + "/outside/file", other + "/" + String(repeating: "1", count: 62))
    _ = try scene.collect()
    #expect(try scene.folder.read("outside/file") == "precious")
    #expect(try names(in: scene.folder.path + "/outside/shard").count == 1)
    #expect(FileStatus(shard, followLinks: false)?.kind == .link)
  }
}
