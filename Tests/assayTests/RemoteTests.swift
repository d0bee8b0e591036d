import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// Results on remotes: folders, and servers that rclone reaches.
@Suite struct RemoteTests {
  private func facts(_ ending: SpawnedProgram.Ending) throws -> JSONValue {
    try JSONParser.parse(ending.output)
  }

  private func cache(_ words: String..., in project: Project) throws -> SpawnedProgram.Ending {
    try SpawnedProgram(
      ["cache"] + words, in: project.folder, environment: RcloneServer.environment
    ).wait()
  }

  @Test(arguments: RcloneServer.Kind.allCases)
  func resultsGoThereAndBack(kind: RcloneServer.Kind) throws {
    if let lack = kind.lack {
      print("skipped: \(lack)")
      return
    }
    let (first, second) = (try GarbageTests.project(), try GarbageTests.project())
    try first.executed()
    let served = try TemporaryFolder()
    let server = try RcloneServer(kind, in: served.path)
    let push = try cache("push", server.remote, "--json", in: first)
    #expect(push.exit == 0, "\(push.text)")
    #expect(try facts(push)["results"]?.whole == 6)
    let again = try facts(try cache("push", server.remote, "--json", in: first))
    #expect(again["present"]?.whole == 6)
    #expect(again["objects"]?["files"]?.whole == 0)
    let sizes = try cache("verify", server.remote, in: first)
    #expect(sizes.exit == 0 && sizes.output.contains("6 results"), "\(sizes.text)")
    let digests = try cache("verify", server.remote, "--digests", in: first)
    #expect(digests.exit == 0 && digests.output.contains("all digests match"), "\(digests.text)")
    let pull = try cache("pull", server.remote, in: second)
    #expect(pull.exit == 0, "\(pull.text)")
    #expect(try second.executed().isEmpty)
    #expect(try second.digests() == first.digests())
    #expect(try second.assay("cache", "verify").exit == 0)
  }

  @Test func serverThatIsGoneNamesTheRemedy() throws {
    if let lack = RcloneServer.Kind.webdav.lack {
      print("skipped: \(lack)")
      return
    }
    let project = try GarbageTests.project()
    try project.executed()
    let served = try TemporaryFolder()
    let server = try RcloneServer(.webdav, in: served.path)
    server.stop()
    let push = try project.assay("cache", "push", server.remote)
    #expect(push.exit == 1, "\(push.text)")
    #expect(push.errors.contains("cannot be reached"), "\(push.text)")
    // A run goes its way, with one warning.
    let run = try project.assay(
      "run", Project.file, "--set", "n=2", "--remote", server.remote, "--give-back")
    #expect(run.exit == 0, "\(run.text)")
    #expect(run.errors.components(separatedBy: "warning: ").count == 2, "\(run.text)")
    #expect(run.errors.contains("cache push"), "\(run.text)")
  }

  @Test func runTakesResultsAndGivesThemBack() throws {
    let (first, second) = (try GarbageTests.project(), try GarbageTests.project())
    let shared = first.path("shared")
    let give = try first.assay("run", Project.file, "--remote", shared, "--give-back")
    #expect(give.exit == 0, "\(give.text)")
    #expect(give.output.contains("given back to \(shared): 6 results"), "\(give.text)")
    #expect(give.errors == "")
    // Nothing runs: all cells are hits, level by level.
    #expect(try second.executed("--remote", shared).isEmpty)
    #expect(try Set(second.statuses().values) == [.hit])
    #expect(try second.digests() == first.digests())
  }

  @Test func damagedResultOfARemoteIsComputed() throws {
    let (first, second) = (try GarbageTests.project(), try GarbageTests.project())
    try first.executed()
    let object = try first.object(of: "numbers", in: "all", port: "files")
    try #require(chmod(object, 0o644) == 0)
    try Data("1 1\n1 2\n1 4\n".utf8).write(to: URL(fileURLWithPath: object))
    #expect(try second.executed("--remote", first.path("results/store")) == ["all"])
    #expect(try second.assay("cache", "verify").exit == 0)
  }

  @Test func remoteWithoutAStoreCostsAWarning() throws {
    let project = try GarbageTests.project()
    let run = try project.assay("run", Project.file, "--remote", "nowhere")
    #expect(run.exit == 0, "\(run.text)")
    #expect(run.errors.contains("nowhere has no store of Assay"), "\(run.text)")
    #expect(!project.exists("nowhere"))
  }

  @Test func optionsThatDoNotGoTogetherAreRefused() throws {
    let project = try GarbageTests.project()
    #expect(try project.assay("run", Project.file, "--give-back").exit == 2)
    #expect(try project.assay("run", Project.file, "-n", "--remote", "x").exit == 2)
  }
}
