import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// A stage that fails: what continues, what stops, and what the user is told.
@Suite struct FailureTests {
  private func pipeline(_ stages: [(name: String, needs: String, script: String)]) -> String {
    let text = stages.map { stage in
      let needs = stage.needs.isEmpty ? "" : #""needs": { \#(stage.needs) }, "#
      return
        #""\#(stage.name)": { "uses": "command", \#(needs)"#
        + #""with": { "argv": ["/bin/sh", "-c", "\#(stage.script)"] } }"#
    }
    return #"{ "assay": 1, "name": "failing", "stages": { \#(text.joined(separator: ", ")) } }"#
  }

  private let fill = "echo x > '{outputs.files}/x'"

  @Test func theRestContinuesAndTheFailureIsReported() throws {
    let project = try Project(
      pipeline([
        (
          "bad", "",
          "echo looking; test -e flag || { echo no flag here >&2; exit 7; }; \(fill)"
        ),
        ("good", "", fill), ("behind-good", #""x": "good""#, fill),
        ("behind-bad", #""x": "bad""#, "true; \(fill)"),
        ("last", #""x": ["behind-bad", "good"]"#, fill),
      ]), results: "my results")
    let ending = try project.run()
    #expect(ending.exit == 1)
    #expect(
      try project.statuses() == [
        "bad": .failed, "good": .executed, "behind-good": .executed, "behind-bad": .skipped,
        "last": .skipped,
      ])
    let block = try #require(ending.output.range(of: "\nfailed: bad\n"))
    let lines = ending.output[block.upperBound...].split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    #expect(lines.first?.hasPrefix("reason:  '/bin/sh' ended with status 7") == true)
    let log = try #require(lines.firstIndex { $0.hasPrefix("log, last ") })
    #expect(lines[log...].contains("looking"))
    #expect(lines[log...].contains("no flag here"))
    let scratch = try #require(lines.first { $0.hasPrefix("scratch: ") }).dropFirst(9)
    #expect(project.exists(scratch + "/log"))
    let command = String(try #require(lines.last { $0.hasPrefix("repeat:  ") }).dropFirst(9))
    #expect(command == "assay run pipeline.json bad --results 'my results'")

    let again = try repeated(command, project)
    #expect(again.exit == 1)
    #expect(again.output.contains("ended with status 7"))
    try project.write("", to: "flag")
    #expect(try repeated(command, project).exit == 0)
    #expect(try project.executed() == ["behind-bad", "last"])
  }

  /// Runs a command line as a user would paste it.
  private func repeated(_ command: String, _ project: Project) throws -> SpawnedProgram.Ending {
    let folder = URL(fileURLWithPath: SpawnedProgram.executable("assay"))
      .deletingLastPathComponent().path
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try SpawnedProgram(
      ["-c", command], in: project.folder, program: "/bin/sh",
      environment: ["PATH": "\(folder):\(path)"]
    ).wait()
  }

  @Test(
    .enabled(if: ProcessTable.hasTwoProcessors, "two stages must run at once"),
    arguments: [true, false])
  func failFastStartsNoMoreStages(_ isFast: Bool) throws {
    let project = try Project(
      pipeline([
        ("bad", "", "exit 1"),
        ("slow", "", "while [ ! -e go ]; do sleep 0.02; done; \(fill)"),
        ("behind-slow", #""x": "slow""#, fill), ("waiting", "", fill),
      ]))
    let words = ["run", Project.file, "--jobs", "2"] + (isFast ? ["--fail-fast"] : [])
    let run = try SpawnedProgram(words, in: project.folder)
    #expect(eventually { run.output.contains("failed    bad") })
    // The running stage may finish; no other may start.
    try project.write("", to: "go")
    let ending = try run.wait()
    #expect(ending.exit == 1)
    let rest: StageStatus = isFast ? .skipped : .executed
    #expect(
      try project.statuses() == [
        "bad": .failed, "slow": .executed, "behind-slow": rest, "waiting": rest,
      ])
    #expect(ending.output.contains("and the run stops at the first failure") == isFast)
  }

  @Test func failuresAreNotCached() throws {
    let project = try Project(pipeline([("bad", "", "test -e flag && \(fill)")]))
    #expect(try project.run().exit == 1)
    #expect(try project.run().exit == 1)
    try project.write("", to: "flag")
    #expect(try project.executed("--only-failed") == ["bad"])
    let ending = try project.run("--only-failed")
    #expect(ending.exit == 2)
    #expect(ending.errors.contains("nothing failed in run"))
  }

  @Test func stageThatExceedsItsTimeLimitIsEnded() throws {
    let project = try Project(pipeline([("endless", "", "sleep 600")]))
    try project.edit(
      #""uses": "command", "#, to: #""uses": "command", "resources": { "time": "00:00:01" }, "#)
    let ending = try project.run()
    #expect(ending.exit == 1)
    #expect(ending.output.contains("the stage exceeded its time limit of 1 s"))
  }

  @Test(.enabled(if: ProcessTable.hasTwoProcessors, "two stages must run at once"))
  func aWorkerThatDiesBetweenJobsIsReplaced() throws {
    let project = try Project(
      pipeline([
        ("quick", "", fill),
        ("slow", "", "while [ ! -e go ]; do sleep 0.02; done; \(fill)"),
        ("next", #""x": ["quick", "slow"]"#, fill),
        ("other", #""x": ["quick", "slow"]"#, "echo y > '{outputs.files}/x'"),
      ]))
    let run = try project.start("--jobs", "2", "--cpus", "2")
    #expect(eventually { run.output.contains("done      quick") })
    let workers = ProcessTable.children(of: run.process)
    let idle = try #require(
      workers.first { ProcessTable.file(2, of: $0)?.contains("-slow/log") != true })
    kill(idle, SIGKILL)
    try project.write("", to: "go")
    let ending = try run.wait()
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(try project.statuses()["other"] == .executed)
  }

  @Test func closedOutputPipeDoesNotStopTheRun() throws {
    let project = try Project(pipeline([("one", "", "sleep 0.2; \(fill)")]))
    let ending = try SpawnedProgram(
      ["-c", "\"$0\" run \(Project.file) | head -n 1", SpawnedProgram.executable("assay")],
      in: project.folder, program: "/bin/sh"
    ).wait()
    #expect(ending.output.contains(": 1 cell\n"))
    let finished = try eventually { try project.records().run("latest").end != nil }
    #expect(finished)
    #expect(try project.statuses() == ["one": .executed])
  }
}
