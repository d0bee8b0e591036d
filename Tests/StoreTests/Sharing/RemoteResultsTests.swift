import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct RemoteResultsTests {
  private let fake: FakeRclone
  private let scene: GarbageScene
  private let other: ActionCache

  init() throws {
    (fake, scene) = (try FakeRclone(), try GarbageScene())
    other = ActionCache(try scene.folder.store("other"))
  }

  private func results() throws -> RemoteResults {
    let remote = try fake.remote()
    return RemoteResults(remote, try #require(try remote.list()), into: other, threads: 2)
  }

  @Test func fetchesWhatTheRemoteHas() throws {
    let result = try scene.result("r")
    _ = try fake.remote().push(nil, from: scene.cache, threads: 2)
    var results = try results()
    #expect(results.fetch([result.key, Digest.of("unknown")]) == [result.key])
    #expect(other.lookup(result.key) == .hit(result))
    let notes = results.takeNotes()
    #expect(notes.count == 1)
    #expect(notes.first?.hasPrefix("1 result and ") == true)
    #expect(results.takeNotes() == [])
    // Not tried again.
    #expect(results.fetch([result.key]) == [])
  }

  @Test func failureIsANoteAndEndsTheUseOfTheRemote() throws {
    let (a, b) = (try scene.result("a"), try scene.result("b"))
    _ = try fake.remote().push(nil, from: scene.cache, threads: 2)
    var results = try results()
    try fake.folder.write("fail", "copy\n")
    _ = results.fetch([a.key])
    #expect(other.lookup(a.key) == .miss(.notStored))
    #expect(results.fetch([b.key]) == [])
    let notes = results.takeNotes()
    #expect(notes.count == 1)
    #expect(notes.first?.contains("the run continues without rclone:fake:") == true)
  }
}
