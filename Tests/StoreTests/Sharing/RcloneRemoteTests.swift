import Foundation
import PipelineDSL
import TestSupport
import Testing

@testable import Store

/// Copies through a fake rclone, whose remote is a folder.
struct RcloneRemoteTests {
  private let fake: FakeRclone
  private let scene: GarbageScene

  init() throws { (fake, scene) = (try FakeRclone(), try GarbageScene()) }

  private func push() throws -> TransferOutcome {
    try fake.remote().push(nil, from: scene.cache, threads: 2)
  }

  private func pull(into cache: ActionCache) throws -> TransferOutcome {
    try fake.remote().pull(nil, into: cache, listing: nil, threads: 2)
  }

  /// The path of an object at the remote.
  private func object(_ text: String) -> String {
    "\(fake.place)/\(scene.layout.relative(object: Digest.of(text)))"
  }

  @Test(arguments: [
    ("rclone:lab:store", "rclone:lab:store"),
    ("rclone::sftp,host=h,pass=aB-3_x,port=22:a/b", "rclone::sftp,host=h,pass=***,port=22:a/b"),
    ("rclone::sftp,pass='a''b:c',port=22:a", "rclone::sftp,pass=***,port=22:a"),
    (
      "rclone::s3,access_key_id=a,secret_access_key='b:c,d',region=e:bucket",
      "rclone::s3,access_key_id=***,secret_access_key=***,region=e:bucket"
    ),
    (
      "rclone::webdav,url='http://h:1',bearer_token=t:x",
      "rclone::webdav,url='http://h:1',bearer_token=***:x"
    ),
  ])
  func credentialsInANameAreNotShown(_ name: String, _ shown: String) {
    #expect(RcloneRemote.withoutCredentials(name) == shown)
  }

  @Test func resultsGoThereAndBack() throws {
    let location = try scene.cache.objects.write(Array("a list of files".utf8))
    let first = try scene.result("first", shared: "both", log: "said this", location: location)
    let second = try scene.result("second", shared: "both")
    let there = try push()
    #expect((there.copied, there.objects.files) == (2, 7))
    // Objects, then keys.
    #expect(try fake.calls() == ["lsf", "copy", "copy"])
    let other = ActionCache(try scene.folder.store("other"))
    let back = try pull(into: other)
    #expect((back.copied, back.objects.files) == (2, 7))
    #expect(back.damaged == [] && back.incomplete == [])
    for result in [first, second] { #expect(other.lookup(result.key) == .hit(result)) }
    #expect(other.objects.contains(location, size: 15))
    #expect(try StoreCheck(other, threads: 2).damaged == [])
    #expect(try names(in: other.layout.scratch) == [])
    #expect(try names(in: scene.layout.incoming) == [])
    // The remote is a store that can be opened as a folder.
    #expect(try ActionCache(ObjectStore(.existing(fake.place))).lookup(first.key) == .hit(first))
  }

  /// Files of large results arrive in the store before their result is whole.
  @Test func filesFetchedAheadAreCountedOnce() throws {
    for name in ["a", "b", "c"] { try scene.result(name, log: "log of \(name)") }
    let total = try push().objects.files
    var remote = try fake.remote()
    remote.filesAhead = 2
    let before = try fake.calls().count
    let other = ActionCache(try scene.folder.store("other"))
    let found = try remote.pull(nil, into: other, listing: nil, threads: 2)
    #expect(found.copied == 3 && found.damaged == [] && found.incomplete == [])
    #expect((found.objects.files, found.presentObjects) == (total, 0))
    // Keys, lists of files, and six files by two.
    #expect(try fake.calls().dropFirst(before).filter { $0 == "copy" }.count == 5)
    #expect(try StoreCheck(other, threads: 2).damaged == [])
    #expect(try names(in: other.layout.scratch) == [])
  }

  @Test func damagedFileFetchedAheadLeavesOutItsResult() throws {
    for name in ["a", "b", "c"] { try scene.result(name) }
    _ = try push()
    try damage(object("content of b"), "CONTENT OF B")
    var remote = try fake.remote()
    remote.filesAhead = 1
    let other = ActionCache(try scene.folder.store("other"))
    let found = try remote.pull(nil, into: other, listing: nil, threads: 2)
    #expect(found.copied == 2 && found.damaged.count == 1)
    #expect(try StoreCheck(other, threads: 2).damaged == [])
  }

  @Test func secondPushSendsNothing() throws {
    try scene.result("a")
    try scene.result("b")
    _ = try push()
    let before = try fake.calls().count
    let again = try push()
    #expect((again.copied, again.present, again.objects.files) == (0, 2, 0))
    #expect(try fake.calls().dropFirst(before) == ["lsf", "cat"])
  }

  @Test func keysAreSentAfterAllObjects() throws {
    try scene.result("a")
    try scene.result("b")
    try fake.folder.write("slow", "2")
    #expect(throws: StoreError.self) { try push() }
    let listing = try #require(try fake.remote().list())
    #expect(listing.keys.isEmpty)
    #expect(listing.objects.count >= 2)
    try FileManager.default.removeItem(atPath: fake.folder.path("slow"))
    // One object was cut off; it has the wrong size and is sent again.
    let rest = try push()
    #expect(rest.copied == 2)
    #expect(rest.objects.files < 4)
    #expect(try fake.remote().check(digests: true, threads: 2).damaged == [])
    #expect(try fake.remote().check(digests: false, threads: 2).incomplete == [])
  }

  @Test func truncatedObjectIsFoundBySizeAndSentAgain() throws {
    let result = try scene.result("r")
    _ = try push()
    try damage(object("content of r"), "con")
    let check = try fake.remote().check(digests: false, threads: 2)
    #expect(check.incomplete.count == 1)
    #expect(check.incomplete.first?.contains("has 3 bytes instead of 12") == true)
    let again = try push()
    #expect((again.copied + again.present, again.objects.files) == (1, 1))
    let other = ActionCache(try scene.folder.store("other"))
    _ = try pull(into: other)
    #expect(other.lookup(result.key) == .hit(result))
  }

  @Test func truncatedKeyIsSentAgain() throws {
    let result = try scene.result("r")
    _ = try push()
    try damage("\(fake.place)/\(scene.layout.relative(key: result.key))", "{\n")
    #expect(try fake.remote().check(digests: false, threads: 2).damaged.count == 1)
    #expect(try push().copied == 1)
    #expect(try fake.remote().check(digests: false, threads: 2).damaged == [])
  }

  @Test func alteredObjectIsNotStored() throws {
    let bad = try scene.result("bad")
    let good = try scene.result("good")
    _ = try push()
    try damage(object("content of bad"), "content of b@d")
    let remote = try fake.remote()
    #expect(try remote.check(digests: false, threads: 2).damaged == [])
    let check = try remote.check(digests: true, threads: 2)
    #expect(check.damaged.count == 1)
    #expect(check.damaged.first?.hasPrefix("rclone:fake:/objects/") == true)
    let other = ActionCache(try scene.folder.store("other"))
    let back = try pull(into: other)
    #expect(back.damaged.count == 1)
    #expect(back.damaged.first?.hasPrefix("rclone:fake:/objects/") == true, "\(back.damaged)")
    #expect(other.lookup(bad.key) == .miss(.notStored))
    #expect(other.lookup(good.key) == .hit(good))
    #expect(!other.objects.contains(Digest.of("content of bad"), size: 14))
  }

  @Test func damagedObjectStaysHere() throws {
    let bad = try scene.result("bad")
    try scene.result("good")
    let path = scene.cache.objects.path(Digest.of("content of bad"))
    try damage(path, "content of b@d")
    let outcome = try push()
    #expect(outcome.copied == 1)
    #expect(outcome.damaged == ["\(path): the content does not match its digest"])
    #expect(try fake.remote().list()?.keys[bad.key] == nil)
  }

  @Test func firstResultUnderAKeyStays() throws {
    let mine = try scene.result("r", content: "mine")
    _ = try push()
    let other = try GarbageScene()
    let theirs = try other.result("r", content: "theirs")
    let there = try fake.remote().push(nil, from: other.cache, threads: 2)
    #expect(there.divergent == [mine.key] && there.copied == 0)
    let back = try fake.remote().pull(nil, into: other.cache, listing: nil, threads: 2)
    #expect(back.present == 1 || back.divergent == [mine.key])
    #expect(other.cache.lookup(mine.key) == .hit(theirs))
  }

  @Test func objectsThatAreHereAreNotFetched() throws {
    let result = try scene.result("r", shared: "both")
    _ = try push()
    let other = ActionCache(try scene.folder.store("other"))
    _ = try other.objects.write(Array("both".utf8))
    try FileManager.default.removeItem(atPath: object("both"))
    let back = try pull(into: other)
    #expect((back.copied, back.objects.files, back.presentObjects) == (1, 2, 1))
    #expect(other.lookup(result.key) == .hit(result))
  }

  @Test func resultThatLacksObjectsIsLeftOut() throws {
    let lost = try scene.result("lost")
    let whole = try scene.result("whole")
    _ = try push()
    try FileManager.default.removeItem(atPath: object("content of lost"))
    let other = ActionCache(try scene.folder.store("other"))
    let back = try pull(into: other)
    #expect(back.incomplete.count == 1)
    #expect(back.incomplete.first?.contains("own of 'files' is missing") == true)
    #expect(other.lookup(lost.key) == .miss(.notStored))
    #expect(other.lookup(whole.key) == .hit(whole))
  }

  @Test func emptyPlaceIsNoStore() throws {
    #expect(try fake.remote().list()?.isEmpty == nil)
    let error = #expect(throws: StoreError.self) { try pull(into: scene.cache) }
    #expect(error?.reason.contains("has no store") == true)
  }

  @Test func newerStoreIsRefused() throws {
    try fake.folder.write("remote/version", "assay-store 99\n")
    try scene.result("r")
    let error = #expect(throws: StoreError.self) { try push() }
    #expect(error?.reason.contains("use a newer Assay") == true)
    #expect(try fake.calls() == ["lsf", "cat"])
  }

  @Test func unreachableRemoteNamesTheRemedy() throws {
    try scene.result("r")
    try fake.folder.write("fail", "lsf\n")
    let error = #expect(throws: StoreError.self) { try push() }
    #expect(error?.path == "rclone:fake:")
    #expect(error?.reason.contains("check the network") == true)
    #expect(error?.system?.contains("connection refused") == true)
  }

  @Test func missingProgramIsNamed() {
    let error = #expect(throws: StoreError.self) {
      try RcloneRemote("rclone:lab:x", environment: ["PATH": "/nowhere"])
    }
    #expect(error?.reason.contains("apt install rclone") == true)
  }

  @Test(arguments: ["rclone:", "rclone:--config=x"])
  func refusesWhatIsNoName(name: String) {
    #expect(throws: StoreError.self) { try RcloneRemote(name, environment: fake.environment) }
  }
}
