import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct StoreTransferTests {
  private func copy(
    _ source: ActionCache, _ target: ActionCache, _ keys: [Digest]? = nil
  ) throws -> TransferOutcome {
    var transfer = try StoreTransfer(from: source, to: target, threads: 2)
    return try transfer.run(keys)
  }

  @Test func copiesResultsWithAllTheyNeed() throws {
    let scene = try GarbageScene()
    let location = try scene.cache.objects.write(Array("a list of files".utf8))
    let first = try scene.result("first", shared: "both", log: "said this", location: location)
    let second = try scene.result("second", shared: "both")
    let target = ActionCache(try scene.folder.store("other"))
    let outcome = try copy(scene.cache, target)
    #expect(outcome.copied == 2)
    // Two manifests, two files, one shared file, a log and the file list of the location.
    #expect(outcome.objects.files == 7)
    for result in [first, second] { #expect(target.lookup(result.key) == .hit(result)) }
    #expect(target.objects.contains(location, size: 15))
    #expect(
      try OpenFile(reading: target.layout.file(for: first.key)).readAll()
        == OpenFile(reading: scene.layout.file(for: first.key)).readAll())
    #expect(try names(in: target.layout.incoming) == [])
    #expect(try names(in: target.layout.liveRuns) == [])
    let again = try copy(scene.cache, target)
    #expect((again.copied, again.present, again.objects.files) == (0, 2, 0))
  }

  @Test func copiesOnlyTheGivenKeys() throws {
    let scene = try GarbageScene()
    let first = try scene.result("first")
    let second = try scene.result("second")
    let target = ActionCache(try scene.folder.store("other"))
    let outcome = try copy(scene.cache, target, [second.key, Digest.of("unknown")])
    #expect(outcome.copied == 1)
    #expect(outcome.incomplete.count == 1)
    #expect(target.lookup(first.key) == .miss(.notStored))
    #expect(target.lookup(second.key) == .hit(second))
  }

  @Test func firstResultUnderAKeyStays() throws {
    let scene = try GarbageScene()
    let mine = try scene.result("r", content: "mine")
    let other = try GarbageScene()
    let theirs = try other.result("r", content: "theirs")
    let outcome = try copy(scene.cache, other.cache)
    #expect(outcome.divergent == [mine.key])
    #expect(other.cache.lookup(mine.key) == .hit(theirs))
    #expect(!other.cache.objects.contains(Digest.of("mine"), size: 4))
  }

  @Test func resultWithLostObjectsIsReplaced() throws {
    let scene = try GarbageScene()
    let result = try scene.result("r")
    let target = ActionCache(try scene.folder.store("other"))
    _ = try copy(scene.cache, target)
    unlink(target.objects.path(Digest.of("content of r")))
    let outcome = try copy(scene.cache, target)
    #expect((outcome.copied + outcome.present, outcome.objects.files) == (1, 1))
    #expect(target.lookup(result.key) == .hit(result))
  }

  @Test func damagedObjectsAreReportedAndNotCopied() throws {
    let scene = try GarbageScene()
    let bad = try scene.result("bad")
    let good = try scene.result("good")
    let path = scene.cache.objects.path(Digest.of("content of bad"))
    try damage(path, "content of b@d")
    let target = ActionCache(try scene.folder.store("other"))
    let outcome = try copy(scene.cache, target)
    #expect(outcome.damaged == ["\(path): the content does not match its digest"])
    #expect(target.lookup(bad.key) == .miss(.notStored))
    #expect(target.lookup(good.key) == .hit(good))
    let check = try StoreCheck(target, threads: 2)
    #expect(check.damaged == [])
  }

  @Test func refusesALinkInPlaceOfAnObject() throws {
    let scene = try GarbageScene()
    let result = try scene.result("r")
    let path = scene.cache.objects.path(Digest.of("content of r"))
    let outside = try scene.folder.write("outside", "content of r")
    unlink(path)
    symlink(outside, path)
    let target = ActionCache(try scene.folder.store("other"))
    let outcome = try copy(scene.cache, target)
    #expect(outcome.copied == 0)
    #expect(outcome.incomplete.first?.contains("is a symbolic link") == true)
    #expect(target.lookup(result.key) == .miss(.notStored))
    #expect(throws: StoreError.self) {
      try target.objects.copy(Digest.of("content of r"), from: scene.cache.objects)
    }
  }

  @Test func refusesToCopyAStoreToItself() throws {
    let scene = try GarbageScene()
    #expect(throws: StoreError.self) { try copy(scene.cache, scene.cache) }
  }
}
