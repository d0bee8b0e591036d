import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct GarbageCollectorRestoreTests {
  /// A scene with three results in the trash.
  private func sceneWithTrash() throws -> (GarbageScene, [KeyRecord]) {
    let scene = try GarbageScene()
    let results = try (0..<3).map { try scene.result("r\($0)", shared: "all", log: "log \($0)") }
    try scene.folder.write("store/scratch/over/1/log", "words")
    usleep(600_000)
    let report = try scene.collect(grace: 0.5)
    #expect(report.trash.files > 0)
    #expect(results.allSatisfy { !scene.isHit($0) })
    return (scene, results)
  }

  @Test func restoresEverything() throws {
    let (scene, results) = try sceneWithTrash()
    let trash = try Trash.amount(scene.layout)
    #expect(try GarbageCollector.restore(scene.cache) == trash)
    #expect(results.allSatisfy(scene.isHit))
    #expect(try scene.folder.read("store/scratch/over/1/log") == "words")
    #expect(try Trash.batches(scene.layout).isEmpty)
    try scene.checkWhole()
  }

  @Test func restoresAResultWithAllItNeeds() throws {
    let (scene, results) = try sceneWithTrash()
    let amount = try GarbageCollector.restore(scene.cache, only: [results[1].key])
    #expect(amount.files == 5)
    #expect(results.map(scene.isHit) == [false, true, false])
    #expect(scene.cache.objects.contains(Digest.of("log 1"), size: 5))
    try scene.checkWhole()
  }

  @Test func existingFilesAreNotReplaced() throws {
    let (scene, results) = try sceneWithTrash()
    try scene.result("r0", content: "another outcome")
    _ = try GarbageCollector.restore(scene.cache)
    #expect(scene.cache.lookup(results[0].key) != .hit(results[0]))
    #expect(scene.isHit(results[1]))
    try scene.checkWhole()
  }

  @Test func pinningRestoresWhatTheRunNeeds() throws {
    let scene = try GarbageScene()
    let result = try scene.result("r")
    try scene.run("1", [result])
    try scene.run("2", [try scene.result("s")])
    usleep(600_000)
    _ = try scene.collect(grace: 0.5)
    #expect(!scene.isHit(result))
    try scene.mark("pin", "1")
    let report = try scene.collect(grace: 0.5)
    #expect(report.returned.files == 3)
    #expect(scene.isHit(result))
  }

  @Test func forgottenProjectKeepsNothing() throws {
    let scene = try GarbageScene()
    let result = try scene.result("r")
    try scene.run("1", [result])
    _ = try scene.collect()
    let project = try ProjectRoots.current(scene.records, in: scene.layout)
    // Another project, which sees this one only through its files in the store.
    _ = try scene.collect(records: false)
    #expect(scene.isHit(result))
    unlink(scene.records.path)
    let report = try scene.collect(records: false)
    #expect(report.notes.contains { $0.contains("--forget \(project.id)") })
    #expect(scene.isHit(result))
    let error = #expect(throws: StoreError.self) {
      try GarbageCollector.forget("nobody", in: scene.layout)
    }
    #expect(error?.reason.contains("no project 'nobody'") == true)
    #expect(
      try GarbageCollector.forget(String(project.id.prefix(8)), in: scene.layout)?.id == project.id)
    _ = try scene.collect(records: false)
    #expect(!scene.isHit(result))
  }
}
