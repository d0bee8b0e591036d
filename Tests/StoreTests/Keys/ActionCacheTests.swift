import Foundation
import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

/// Stores an artifact of one file and returns a record of it.
private func stored(
  _ store: ObjectStore, key: Int = 1, content: String = "content", metric: Double = 1
) throws -> KeyRecord {
  let digest = try store.write(Array(content.utf8))
  let manifest = ArtifactManifest([
    .init(path: "metrics.json", size: content.utf8.count, digest: digest)
  ])
  return KeyRecord(
    kind: "evaluate", revision: 1, preImage: ["key": .integer(key)],
    artifacts: [
      "metrics": .init(
        type: .metrics, digest: try store.write(manifest.bytes), bytes: manifest.totalSize)
    ],
    metrics: [StageMetric("m", metric)])
}

struct ActionCacheTests {
  @Test func findsAPublishedRecord() throws {
    let folder = try TemporaryFolder()
    let cache = ActionCache(try folder.store())
    let record = try stored(cache.objects)
    #expect(cache.lookup(record.key) == .miss(.notStored))
    #expect(try cache.publish(record) == .published)
    #expect(cache.lookup(record.key) == .hit(record))
    #expect(try cache.record(record.key) == record)
    #expect(try names(in: cache.layout.incoming) == [])
  }

  @Test func firstRecordWins() throws {
    let folder = try TemporaryFolder()
    let cache = ActionCache(try folder.store())
    let first = try stored(cache.objects)
    #expect(try cache.publish(first) == .published)
    #expect(try cache.publish(first) == .identical)
    let other = try stored(cache.objects, content: "other")
    #expect(other.key == first.key)
    #expect(try cache.publish(other) == .divergent(existing: first))
    #expect(
      try cache.publish(stored(cache.objects, metric: 1.5)) == .divergent(existing: first))
    #expect(cache.lookup(first.key) == .hit(first))
  }

  @Test func lostObjectIsAMissWithAReason() throws {
    let folder = try TemporaryFolder()
    let cache = ActionCache(try folder.store())
    let record = try stored(cache.objects)
    _ = try cache.publish(record)
    let object = cache.objects.path(Digest.of("content"))
    unlink(object)
    let short = Digest.of("content").short
    #expect(
      cache.lookup(record.key)
        == .miss(.object(.missing, file: "metrics.json", port: "metrics", Digest.of("content"))))
    #expect(
      MissReason.object(.missing, file: "f", port: "p", Digest.of("content")).description
        == "f of 'p' is missing (object \(short))")
    try damage(object, "cont")
    #expect(
      cache.lookup(record.key)
        == .miss(
          .object(
            .size(4, expected: 7), file: "metrics.json", port: "metrics", Digest.of("content"))))
    #expect(try cache.publish(stored(cache.objects)) == .identical)
    #expect(cache.lookup(record.key) == .hit(record))
  }

  @Test func lostManifestIsAMissWithAReason() throws {
    let folder = try TemporaryFolder()
    let cache = ActionCache(try folder.store())
    let record = try stored(cache.objects)
    _ = try cache.publish(record)
    unlink(cache.objects.path(try #require(record.artifacts["metrics"]).digest))
    guard case .miss(let reason) = cache.lookup(record.key) else {
      Issue.record("a hit without a manifest")
      return
    }
    #expect(reason.description.hasPrefix("the manifest of 'metrics' cannot be used: "))
    #expect(reason.description.hasSuffix("the object is missing from the store"))
  }

  @Test func resultWithLostObjectsIsReplaced() throws {
    let folder = try TemporaryFolder()
    let cache = ActionCache(try folder.store())
    let first = try stored(cache.objects)
    _ = try cache.publish(first)
    unlink(cache.objects.path(Digest.of("content")))
    let other = try stored(cache.objects, content: "other")
    #expect(try cache.publish(other) == .replaced(first))
    #expect(cache.lookup(first.key) == .hit(other))
  }

  @Test func damagedResultIsAMissAndIsReplaced() throws {
    let folder = try TemporaryFolder()
    let cache = ActionCache(try folder.store())
    let record = try stored(cache.objects)
    _ = try cache.publish(record)
    let file = cache.layout.file(for: record.key)
    try damage(file, "{\n")
    guard case .miss(let reason) = cache.lookup(record.key) else {
      Issue.record("a hit on a damaged file")
      return
    }
    #expect(
      reason.description
        == "the stored result cannot be used: \(file): is truncated or was not written by Assay")
    #expect(try cache.publish(record) == .published)
    #expect(cache.lookup(record.key) == .hit(record))
  }

  @Test func resultUnderAnotherKeyIsNotAHit() throws {
    let folder = try TemporaryFolder()
    let cache = ActionCache(try folder.store())
    let record = try stored(cache.objects)
    _ = try cache.publish(record)
    let other = Digest.of("another key")
    let file = cache.layout.file(for: other)
    try Folder.create(String(file.dropLast(68)))
    link(cache.layout.file(for: record.key), file)
    guard case .miss(let reason) = cache.lookup(other) else {
      Issue.record("a hit on another key's result")
      return
    }
    #expect(reason.description.hasSuffix("contains the result of another key"))
  }

  @Test func concurrentThreadsPublishOneResult() async throws {
    let folder = try TemporaryFolder()
    let cache = ActionCache(try folder.store())
    let outcomes = try await withThrowingTaskGroup(of: ActionCache.Publication.self) { group in
      for number in 0..<16 {
        group.addTask { try cache.publish(stored(cache.objects, content: "content \(number)")) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0 == .published } == 1)
    #expect(
      outcomes.count { if case .divergent = $0 { true } else { false } } == 15)
  }
}

struct ActionCacheKillTests {
  /// Publishes results until the process is killed after some milliseconds.
  private static func publishForEver(_ root: String, milliseconds: UInt32) throws {
    Thread.detachNewThread {
      usleep(milliseconds * 1000)
      kill(getpid(), SIGKILL)
    }
    let cache = ActionCache(ObjectStore(try StoreLayout(root: root)))
    for number in 0... {
      let record = try stored(
        cache.objects, key: number, content: String(repeating: "\(number) ", count: 5000))
      _ = try cache.publish(record)
    }
  }

  @Test func killAtAnyMomentLeavesOnlyCompleteResults() async throws {
    let folder = try TemporaryFolder()
    let root = folder.path + "/store"
    for milliseconds in [20, 45, 80] as [UInt32] {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [root = root as String, milliseconds = milliseconds as UInt32] in
        try Self.publishForEver(root, milliseconds: milliseconds)
      }
    }
    let cache = ActionCache(ObjectStore(try StoreLayout(root: root)))
    var seen = 0
    for prefix in try names(in: cache.layout.keys) {
      for name in try names(in: cache.layout.keys + "/" + prefix) {
        let key = try #require(Digest(hex: prefix + name.dropLast(5)))
        guard case .hit(let record) = cache.lookup(key) else {
          Issue.record("\(key) is no hit: \(cache.lookup(key))")
          continue
        }
        #expect(record.key == key)
        seen += 1
      }
    }
    #expect(seen > 0)
    for prefix in try names(in: cache.layout.objects) {
      for name in try names(in: cache.layout.objects + "/" + prefix) {
        let digest = try #require(Digest(hex: prefix + name))
        #expect(throws: Never.self) { try cache.objects.read(digest, verify: true) }
      }
    }
  }

  @Test func aLinkInPlaceOfAKeyIsNotFollowed() throws {
    let folder = try TemporaryFolder()
    let cache = ActionCache(try folder.store())
    let record = try stored(cache.objects)
    _ = try cache.publish(record)
    let path = cache.layout.file(for: record.key)
    rename(path, folder.path + "/elsewhere")
    symlink(folder.path + "/elsewhere", path)
    guard case .miss(let reason) = cache.lookup(record.key) else {
      Issue.record("the link was followed")
      return
    }
    #expect(reason.description.contains("is a symbolic link, which is not followed"))
  }
}
