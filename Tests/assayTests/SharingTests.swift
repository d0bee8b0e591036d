import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// Stores shared by projects, people and hosts.
@Suite struct SharingTests {
  /// A project that ran, and an identical one that did not.
  private func projects() throws -> (Project, Project) {
    let first = try GarbageTests.project()
    let cells = try first.executed()
    try #require(cells.count == 6)
    return (first, try GarbageTests.project())
  }

  private func facts(_ ending: SpawnedProgram.Ending) throws -> JSONValue {
    try JSONParser.parse(ending.output)
  }

  @Test func pushedResultsCanBePulled() throws {
    let (first, second) = try projects()
    let shared = first.path("shared")
    let push = try first.assay("cache", "push", shared, "--json")
    #expect(push.exit == 0, "\(push.text)")
    #expect(try facts(push)["results"]?.whole == 6)
    #expect((try facts(push)["objects"]?["bytes"]?.whole ?? 0) > 0)
    let again = try facts(try first.assay("cache", "push", shared, "--json"))
    #expect(again["results"]?.whole == 0)
    #expect(again["present"]?.whole == 6)
    #expect(again["objects"]?["files"]?.whole == 0)
    let pull = try second.assay("cache", "pull", shared)
    #expect(pull.exit == 0, "\(pull.text)")
    #expect(try second.executed().isEmpty)
    #expect(try second.digests() == first.digests())
    let verify = try first.assay("cache", "verify", shared)
    #expect(verify.exit == 0, "\(verify.text)")
    // Pushed results are kept there, because the project keeps them.
    let gc = try first.assay("gc", "--store", shared, "--results", "none", "--grace", "0")
    #expect(gc.exit == 0, "\(gc.text)")
    #expect(try first.assay("cache", "verify", shared).output.contains("6 results"))
  }

  @Test func selectedResultsArePushed() throws {
    let (first, _) = try projects()
    try first.executed("--set", "n=5")
    func pushed(_ words: String...) throws -> Int? {
      try facts(
        try SpawnedProgram(
          ["cache", "push", first.path(UUID().uuidString), "--json"] + words, in: first.folder
        ).wait())["results"]?.whole
    }
    #expect(try pushed() == 11)
    #expect(try pushed("--run", "latest~1") == 6)
    #expect(try pushed("--stage", "same") == 1)
    #expect(try pushed("--stage", "all", "--run", "latest") == 5)
    #expect(try pushed("--stage", "cell@i=2") == 2)
    let unknown = try first.assay("cache", "push", "x", "--stage", "cel")
    #expect(unknown.exit == 1)
    #expect(unknown.errors.contains("did you mean 'cell'?"), "\(unknown.text)")
    #expect(!first.exists("x"))
    #expect(try first.assay("cache", "pull", "nowhere").exit == 1)
    #expect(try first.assay("cache", "pul", "x").exit == 2)
  }

  @Test func damagedObjectIsRefusedAndReported() throws {
    let (first, second) = try projects()
    let object = try first.object(of: "numbers", in: "all", port: "files")
    try #require(chmod(object, 0o644) == 0)
    // The same size, so that only the content differs.
    try Data("1 1\n1 2\n1 4\n".utf8).write(to: URL(fileURLWithPath: object))
    let store = first.path("results/store")
    let pull = try second.assay("cache", "pull", store, "--json")
    #expect(pull.exit == 6, "\(pull.text)")
    let facts = try facts(pull)
    #expect(facts["results"]?.whole == 5)
    #expect(facts["damaged"]?.elements?.count == 1)
    #expect(facts["damaged"]?.elements?.first?.text?.hasPrefix(object) == true, "\(pull.text)")
    let verify = try second.assay("cache", "verify", store)
    #expect(verify.exit == 6)
    #expect(verify.output.contains("damaged: \(object)"), "\(verify.text)")
    #expect(try second.executed() == ["all"])
    #expect(try second.assay("cache", "verify").exit == 0)
  }

  @Test func damagedKeyIsRefusedAndReported() throws {
    let (first, second) = try projects()
    let key = try #require(try first.rows().first { $0.cell == "all" }?.key?.hex)
    let file = first.path("results/store/keys/\(key.prefix(2))/\(key.dropFirst(2)).json")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try #require(chmod(file, 0o644) == 0)
    try Data(text.replacingOccurrences(of: "\"kind\"", with: "\"kinf\"").utf8)
      .write(to: URL(fileURLWithPath: file))
    let pull = try second.assay("cache", "pull", first.path("results/store"))
    #expect(pull.exit == 6)
    #expect(pull.output.contains("damaged: \(file)"), "\(pull.text)")
    let gc = try first.assay("gc", "--grace", "0")
    #expect(gc.exit == 6)
    #expect(gc.errors.contains("/\(key.dropFirst(2)).json: "), "\(gc.text)")
  }

  @Test func interruptedPushCanBeResumed() throws {
    let (first, second) = try projects()
    try first.edit("echo ${n} ${i} >", to: "head -c 30000000 /dev/zero | tr '\\\\\\\\0' ${i} >")
    try first.edit("cat {inputs.cell}/*/number >", to: "ls {inputs.cell} | wc -l >")
    try first.executed("--jobs", "1")
    let shared = first.path("shared")
    let push = try SpawnedProgram(["cache", "push", shared], in: first.folder)
    _ = eventually {
      let names = try? FileManager.default.subpathsOfDirectory(atPath: shared + "/objects")
      return (names ?? []).contains { $0.count > 60 } || !ProcessTable.isRunning(push.process)
    }
    push.signal(SIGKILL)
    _ = try push.wait()
    // A result never exists without its objects.
    let verify = try first.assay("cache", "verify", shared)
    #expect(verify.exit == 0, "\(verify.text)")
    let rest = try first.assay("cache", "push", shared, "--json")
    #expect(rest.exit == 0, "\(rest.text)")
    let pull = try second.assay("cache", "pull", shared)
    #expect(pull.exit == 0, "\(pull.text)")
    try second.write(first.read(Project.file), to: Project.file)
    #expect(try second.executed().isEmpty)
  }

  @Test func concurrentPushesSucceed() throws {
    let (first, second) = try projects()
    try second.executed("--set", "n=9")
    let shared = first.path("shared")
    let pushes = try [first, second, first, second].map {
      try SpawnedProgram(["cache", "push", shared], in: $0.folder)
    }
    for push in pushes {
      let ending = try push.wait()
      #expect(ending.exit == 0, "\(ending.text)")
    }
    let verify = try first.assay("cache", "verify", shared)
    #expect(verify.exit == 0, "\(verify.text)")
    #expect(verify.output.contains("11 results"), "\(verify.text)")
  }

  @Test func keysWithoutTheirObjectsAreMisses() throws {
    let (first, second) = try projects()
    try second.write("", to: "results/store/keys/x")
    try FileManager.default.removeItem(atPath: second.path("results/store/keys"))
    // As after an rsync that was interrupted when it had copied the keys.
    try FileManager.default.copyItem(
      atPath: first.path("results/store/keys"), toPath: second.path("results/store/keys"))
    let plan = try second.plan()
    #expect(plan["source"]?.state == "run")
    let reason = try #require(plan["source"]?.reason)
    #expect(reason.contains("the object is missing from the store"), "\(reason)")
    let verify = try second.assay("cache", "verify")
    #expect(verify.exit == 5, "\(verify.text)")
    #expect(verify.output.contains("incomplete: result "))
    #expect(try second.executed().count == 6)
    #expect(try second.digests() == first.digests())
    #expect(try second.assay("cache", "verify").exit == 0)
  }

  @Test func symbolicLinksAreNeverFollowed() throws {
    let (first, second) = try projects()
    let object = try first.object(of: "numbers", in: "all", port: "files")
    let outside = first.path("outside")
    try FileManager.default.moveItem(atPath: object, toPath: outside)
    try FileManager.default.createSymbolicLink(atPath: object, withDestinationPath: outside)
    #expect(try first.plan()["all"]?.reason.contains("is a symbolic link") == true)
    let verify = try first.assay("cache", "verify")
    #expect(verify.exit == 6)
    #expect(verify.output.contains("is a symbolic link"), "\(verify.text)")
    let pull = try second.assay("cache", "pull", first.path("results/store"))
    #expect(pull.exit != 0)
    #expect(try second.plan()["all"]?.state != "hit")
    #expect(try first.executed() == ["all"])
    let type = try FileManager.default.attributesOfItem(atPath: object)[.type] as? FileAttributeType
    #expect(type == .typeRegular)
    #expect(try String(contentsOfFile: outside, encoding: .utf8) == "1 1\n1 2\n1 3\n")
    // A subfolder of objects or keys.
    for part in ["objects", "keys"] {
      let folder = first.path("results/store/\(part)")
      let shard = try #require(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().first)
      let away = first.path("away-\(part)")
      try FileManager.default.moveItem(atPath: "\(folder)/\(shard)", toPath: away)
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/\(shard)", withDestinationPath: away)
      let run = try first.run()
      #expect(run.exit == 6, "\(run.text)")
      #expect(run.errors.contains("/\(part)/\(shard): is a symbolic link"), "\(run.text)")
      #expect(try first.assay("cache", "verify").exit == 6)
      try FileManager.default.removeItem(atPath: "\(folder)/\(shard)")
      try FileManager.default.moveItem(atPath: away, toPath: "\(folder)/\(shard)")
    }
    #expect(try first.executed().isEmpty)
  }
}
