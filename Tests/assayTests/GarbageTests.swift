import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// What garbage collection removes from a project, and what it keeps.
@Suite struct GarbageTests {
  /// Three cells that each write their number, and one that gathers them.
  static let pipeline = """
    {
      "assay": 1,
      "name": "numbers",
      "parameters": { "n": 1, "wait": 0 },
      "axes": { "i": [1, 2, 3] },
      "stages": {
        "source": { "uses": "ingest/image-folder", "with": { "root": "images" } },
        "same": {
          "uses": "command",
          "with": { "argv": ["/bin/sh", "-c", "echo $((${n} % 3)) > {outputs.files}/same"] }
        },
        "cell": {
          "uses": "command", "needs": { "same": "same" },
          "with": {
            "argv": ["/bin/sh", "-c",
              "sleep ${wait}; cat {inputs.same}/same; echo ${n} ${i} > {outputs.files}/number"]
          }
        },
        "all": {
          "uses": "command", "needs": { "cell": "cell" }, "gather": ["i"],
          "with": {
            "argv": ["/bin/sh", "-c", "cat {inputs.cell}/*/number > {outputs.files}/numbers"]
          }
        }
      }
    }
    """

  static func project(results: String = "results") throws -> Project {
    let project = try Project(pipeline, results: results)
    try TinyImages.write(to: project, perClass: 2, classes: 1)
    return project
  }

  /// The id of the latest run.
  private func latest(_ project: Project) throws -> String {
    try project.records().run("latest").run.id
  }

  private func isHit(_ project: Project, _ number: Int) throws -> Bool {
    let ending = try project.assay(
      "status", Project.file, "-q", "--results", project.results, "--set", "n=\(number)")
    try #require([0, 4].contains(ending.exit), "\(ending.text)")
    return ending.exit == 0
  }

  @Test func keptRunsStayAndTheRestIsDeletedAfterTheGracePeriod() throws {
    let project = try Self.project()
    for number in 1...6 {
      try project.executed("--set", "n=\(number)")
      if number == 1 { #expect(try project.assay("pin").exit == 0) }
      if number == 2 { #expect(try project.assay("tag", "paper").exit == 0) }
    }
    let gc = ["gc", "--keep", "2", "--grace", "1s"]
    usleep(1_100_000)
    let first = try SpawnedProgram(gc, in: project.folder).wait()
    #expect(first.exit == 0, "\(first.text)")
    #expect(try (1...6).map { try isHit(project, $0) } == [true, true, false, false, true, true])
    #expect(first.output.contains("deleted from the trash: 0 files"), "\(first.text)")
    usleep(1_100_000)
    let second = try SpawnedProgram(gc, in: project.folder).wait()
    #expect(second.output.contains("in the trash: 0 files"), "\(second.text)")
    #expect(!second.output.contains("deleted from the trash: 0 files"), "\(second.text)")
    #expect(try project.assay("cache", "verify").exit == 0)
    let checkout = try project.assay("checkout", "paper", "all.files", "out")
    #expect(checkout.exit == 0, "\(checkout.text)")
    #expect(try project.read("out/numbers") == "2 1\n2 2\n2 3\n")
    // What was deleted is computed again.
    #expect(try project.executed("--set", "n=3").contains("all"))
  }

  @Test func dryRunReportsWhatTheRealOneDoes() throws {
    let project = try Self.project()
    for number in 1...3 { try project.executed("--set", "n=\(number)") }
    let words = ["gc", "--keep", "1", "--grace", "0", "--json"]
    usleep(30_000)
    let dry = try SpawnedProgram(words + ["--dry-run"], in: project.folder).wait()
    #expect(try isHit(project, 1))
    #expect(!project.exists("results/store/trash"))
    let real = try SpawnedProgram(words, in: project.folder).wait()
    #expect(try !isHit(project, 1))
    let (said, done) = (try JSONParser.parse(dry.output), try JSONParser.parse(real.output))
    for part in ["collected", "total", "kept", "deleted"] { #expect(said[part] == done[part]) }
    #expect((done["total"]?["bytes"]?.whole ?? 0) > 0)
  }

  @Test func trashCanBeRestored() throws {
    let project = try Self.project()
    for number in 1...3 { try project.executed("--set", "n=\(number)") }
    usleep(1_100_000)
    #expect(try project.assay("gc", "--keep", "1", "--grace", "1s").exit == 0)
    #expect(try !isHit(project, 1))
    let ending = try project.assay("gc", "--restore")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(try (1...3).allSatisfy { try isHit(project, $0) })
  }

  @Test func whyReportsThePathToAnObject() throws {
    let project = try Self.project()
    try project.executed("--set", "n=7")
    #expect(try project.assay("tag", "seven").exit == 0)
    let run = try latest(project)
    let artifact = try #require(
      try project.records().artifacts(run: run).first { row in
        try project.rows().first { $0.id == row.stageRun }?.cell == "all"
      })
    let key = try #require(try project.rows().first { $0.cell == "all" }?.key)
    let ending = try project.assay("gc", "--why", String(artifact.digest.hex.prefix(16)), "--json")
    let path = try #require(try JSONParser.parse(ending.output)["paths"]?.elements?.first)
    #expect(path["run"]?.text == run)
    #expect(path["reason"]?.text == "tag seven")
    #expect(path["key"]?.text == key.hex)
    #expect(path["record"]?.text?.hasSuffix("/results/assay.sqlite") == true)
    #expect(path["role"]?.text == "the list of files of 'files' of command")
    let text = try project.assay("gc", "--why", artifact.digest.hex).output
    #expect(text.contains("run \(run) of numbers, tag seven"), "\(text)")
    #expect(try project.assay("gc", "--why", "zzz").exit == 1)
  }

  @Test func repeatedCollectionsBreakNoRun() throws {
    let project = try Self.project()
    try project.executed()
    // Two runs at a time, with recurring numbers, while garbage is collected without a grace
    // period.
    var runs: [SpawnedProgram] = []
    var collections = 0
    for round in 0..<12 {
      runs.append(try project.start("--set", "n=\(round % 4)", "--jobs", "2"))
      if runs.count == 2 {
        while runs.contains(where: { ProcessTable.isRunning($0.process) }) {
          let gc = try project.assay("gc", "--keep", "1", "--grace", "0")
          #expect(gc.exit == 0, "\(gc.text)")
          collections += 1
        }
        for run in runs {
          let ending = try run.wait()
          #expect(ending.exit == 0, "\(ending.text)")
        }
        runs = []
      }
    }
    #expect(collections >= 6)
    #expect(try project.assay("cache", "verify").exit == 0)
    // Everything kept for the newest run exists.
    let number = try project.records().parameters(run: latest(project)).first { $0.name == "n" }
    #expect(try isHit(project, number?.value.whole ?? -1))
  }

  @Test func killedRunLosesNothing() throws {
    let project = try Self.project()
    try project.executed("--set", "n=1")
    try project.edit(#""wait": 0"#, to: #""wait": 30"#)
    let run = try project.start("--set", "n=2", "--jobs", "1")
    try #require(eventually { run.output.contains("run       cell") })
    // While it is running, and after it was killed.
    #expect(try project.assay("gc", "--keep", "1", "--grace", "0").exit == 0)
    let same = try #require(try project.plan()["source"])
    #expect(same.state == "hit")
    run.signal(SIGKILL)
    _ = try run.wait()
    #expect(try project.assay("gc", "--keep", "1", "--grace", "0").exit == 0)
    let ending = try project.assay("plan", Project.file, "--set", "n=2", "--json")
    let cells = try #require(try JSONParser.parse(ending.output).elements)
    let hits = cells.filter { $0["state"]?.text == "hit" }.compactMap { $0["cell"]?.text }
    #expect(hits.contains("source"))
    #expect(hits.contains("same"))
  }

  @Test func projectsSharingAStoreKeepTheirResults() throws {
    let first = try Self.project()
    let second = try Self.project()
    let store = first.path("results/store")
    try first.executed("--set", "n=1")
    try second.executed("--set", "n=2", "--store", store)
    let gc = try second.assay("gc", "--grace", "0", "--keep", "1", "--store", store)
    #expect(gc.exit == 0, "\(gc.text)")
    #expect(try isHit(first, 1))
    // The second project is deleted: what it kept stays until it is forgotten.
    try FileManager.default.removeItem(atPath: second.path("results"))
    let note = try first.assay("gc", "--grace", "0", "--keep", "1")
    #expect(note.output.contains("no longer exists on this host"), "\(note.text)")
    #expect(try first.assay("status", Project.file, "-q", "--set", "n=2").exit == 0)
    let forget = try first.assay("gc", "--forget", second.path("results/assay.sqlite"))
    #expect(forget.exit == 0, "\(forget.text)")
    #expect(try first.assay("gc", "--grace", "0", "--keep", "1").exit == 0)
    #expect(try first.assay("status", Project.file, "-q", "--set", "n=2").exit == 4)
    #expect(try isHit(first, 1))
  }

  @Test func marksAreShownAndCanBeMoved() throws {
    let project = try Self.project()
    try project.executed("--set", "n=1")
    try project.executed("--set", "n=2")
    #expect(try project.assay("tag", "best", "latest~1").exit == 0)
    #expect(try project.assay("note", "best", "the first one").exit == 0)
    let moved = try project.assay("tag", "best")
    #expect(moved.output.contains("the tag 'best' moved from run"), "\(moved.text)")
    #expect(try project.assay("tag").output.contains(latest(project)))
    #expect(try project.assay("pin", "best", "--json").output.contains("\"pinned\": true"))
    #expect(try project.assay("runs").output.contains("best"))
    #expect(try project.assay("pin", "best", "--remove").exit == 0)
    #expect(try project.assay("tag", "best", "--remove").exit == 0)
    #expect(try project.assay("show", "best").exit == 1)
    let unknown = try project.assay("tag", "bestt", "--remove")
    #expect(unknown.exit == 2)
    for bad in ["latest", "a b", ""] { #expect(try project.assay("tag", bad).exit == 2) }
    #expect(try project.assay("tag", "x", "nosuchrun").exit == 1)
    #expect(try project.assay("gc", "--grace", "soon").exit == 2)
    // Marks are not part of the seal.
    #expect(try project.records().seal(of: latest(project))?.isWhole == true)
  }
}
