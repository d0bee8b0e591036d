import PipelineDSL
import Testing

@testable import Store

struct KeepingPathTests {
  private func why(_ name: String, _ scene: GarbageScene) throws -> KeepingAnswer {
    var options = GarbageCollector.Options()
    options.dryRun = true
    return try GarbageCollector(scene.cache, options, records: scene.records).why(name)
  }

  @Test func findsThePathsThatKeepAnObject() throws {
    let scene = try GarbageScene()
    let first = try scene.result("first", shared: "both", log: "log")
    let second = try scene.result("second", shared: "both")
    try scene.run("1", [first])
    try scene.run("2", [first, second])
    try scene.mark("tag", "1", "paper")
    let answer = try why(Digest.of("both").hex, scene)
    #expect(answer.places == ["objects"])
    #expect(answer.paths.map(\.run) == ["1", "2"])
    #expect(answer.paths.map(\.reason) == [.tag("paper"), .newestSuccess])
    #expect(answer.paths.first?.key == first.key)
    #expect(answer.paths.first?.role == "shared of 'files' of evaluate")
    #expect(answer.paths.first?.lines.first?.contains("run 1 of p, tag paper") == true)
    let log = try why(String(Digest.of("log").hex.prefix(12)), scene)
    #expect(log.paths.first?.role == "the log of evaluate")
    let key = try why(first.key.hex, scene)
    #expect(key.places == ["keys"])
    #expect(key.paths.first?.role == "the result itself")
  }

  @Test func reportsWhatNothingKeeps() throws {
    let scene = try GarbageScene()
    let loose = try scene.result("loose")
    let answer = try why(Digest.of("content of loose").hex, scene)
    #expect(answer.paths.isEmpty)
    #expect(answer.unnamed == [loose.key])
    let nothing = try why(Digest.of("never seen").hex, scene)
    #expect(nothing.places.isEmpty)
    #expect(nothing.paths.isEmpty)
  }

  @Test func refusesInvalidAndUnknownNames() throws {
    let scene = try GarbageScene()
    for name in ["", "abc", "xyz9", String(repeating: "a", count: 65), "aaaa"] {
      #expect(throws: StoreError.self) { try why(name, scene) }
    }
  }
}
