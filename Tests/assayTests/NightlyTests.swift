import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// An unattended run: compared with the last good one, summarised in files.
@Suite struct NightlyTests {
  private static let pipeline = """
    {
      "assay": 1,
      "name": "nightly",
      "parameters": { "score": 90, "loss": 1 },
      "stages": {
        "score": {
          "uses": "command",
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "echo \\"{ \\\\\\"score\\\\\\": ${score}, \\\\\\"loss\\\\\\": ${loss} }\\" > {outputs.files}/metrics.json; echo looking; test ${score} -gt 10"
            ]
          },
          "checks": [{ "metric": "score", "at-least": 80 }]
        }
      }
    }
    """
  private static let words = [
    "--against", "last-good", "--summary", "night/s.json", "--summary", "night/s.md",
  ]

  private func night(_ project: Project, _ more: String...) throws -> SpawnedProgram.Ending {
    try SpawnedProgram(
      ["run", Project.file] + Self.words + more, in: project.folder
    ).wait()
  }

  private func summary(_ project: Project) throws -> JSONValue {
    try JSONParser.parse(try project.read("night/s.json"))
  }

  @Test func firstNightHasNothingToCompareWith() throws {
    let project = try Project(Self.pipeline)
    let ending = try night(project)
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("note: no earlier good run of 'nightly'"))
    let summary = try summary(project)
    #expect(summary["status"]?.text == "done")
    #expect(summary["against"] == .null)
    #expect(summary["executed"]?.elements?.first?["reason"]?.text == "new")
    #expect(summary["seal"]?.text == (try project.records().run("latest").end?.seal.hex))
  }

  @Test func nightWithoutExecutionsIsRecorded() throws {
    let project = try Project(Self.pipeline)
    let first = try night(project)
    let second = try night(project)
    #expect(first.exit == 0)
    #expect(second.exit == 0)
    let runs = try project.records().runs()
    #expect(runs.count == 2)
    let summary = try summary(project)
    #expect(summary["run"]?.text == runs[0].run.id)
    #expect(summary["counts"]?["hit"] == 1)
    #expect(summary["against"]?["run"]?.text == runs[1].run.id)
    #expect(summary["against"]?["unchanged"] == 2)
    let page = try project.read("night/s.md")
    #expect(page.hasPrefix("# nightly: good, nothing had to run\n"))
  }

  @Test func regressionFailsTheNightUntilItIsFixed() throws {
    let project = try Project(Self.pipeline)
    #expect(try night(project).exit == 0)
    let good = try project.records().run("latest").run.id
    // Twice, since the first bad night must not become the baseline of the second.
    for _ in 0..<2 {
      let ending = try night(project, "--set", "score=85", "--set", "loss=2")
      #expect(ending.exit == 1)
      #expect(ending.output.contains("regression: score score (at-least): 90 -> 85"))
      #expect(ending.output.contains("against run \(good): 1 regression, 1 other metric moved"))
    }
    // The stage succeeded and its check is met, so the run is recorded as done, with an event.
    let records = try project.records()
    let latest = try records.run("latest")
    #expect(latest.end?.status == .done)
    #expect(try records.events(run: latest.run.id).map(\.kind) == ["regression"])
    #expect(try #require(try records.seal(of: latest.run.id)).isWhole)
    let summary = try summary(project)
    #expect(summary["exit"] == 1)
    #expect(summary["regressions"]?.elements?.first?["new"] == 85)
    #expect(summary["changes"]?.elements?.first?["metric"]?.text == "loss")
    #expect(try project.read("night/s.md").hasPrefix("# nightly: 1 regression\n"))
    #expect(
      try night(project, "--set", "score=85", "--tolerance", "5").exit == 0)
    #expect(try night(project, "--set", "score=84", "--tolerance", "2%").exit == 0)
    // A run named explicitly is used for comparison whatever its status.
    let named = try project.assay(
      "run", Project.file, "--against", good, "--set", "score=89", "--json")
    #expect(named.exit == 1)
    #expect(try JSONParser.parse(named.output)["against"]?.text == good)
  }

  @Test func failureIsSummarisedWithItsLog() throws {
    let project = try Project(Self.pipeline)
    #expect(try night(project, "--set", "score=5").exit == 1)
    let summary = try summary(project)
    #expect(summary["status"]?.text == "failed")
    #expect(summary["exit"] == 1)
    let failure = try #require(summary["failures"]?.elements?.first)
    #expect(failure["cell"]?.text == "score")
    #expect(failure["log"]?.elements?.contains("looking") == true)
    #expect(try project.read("night/s.md").contains("    looking\n"))
    #expect(try night(project, "--set", "score=70").exit == 1)
    let unmet = try self.summary(project)["unmet-checks"]?.elements?.first
    #expect(unmet?["value"] == 70)
    #expect(unmet?["threshold"] == 80)
  }

  @Test func runThatCannotStartReplacesTheOldSummary() throws {
    let project = try Project(Self.pipeline)
    #expect(try night(project).exit == 0)
    try project.edit(#""assay": 1,"#, to: #""assay": 1, "assya": 2,"#)
    #expect(try night(project).exit == 3)
    let summary = try summary(project)
    #expect(summary["status"]?.text == "not-started")
    #expect(summary["exit"] == 3)
    #expect(summary["error"]?.text?.contains("assya") == true)
    #expect(summary["run"] == .null)
    #expect(try project.read("night/s.md").hasPrefix("# pipeline.json: not-started\n"))
  }

  @Test func killedRunIsSummarisedAsRunning() throws {
    let project = try Project(Self.pipeline)
    try project.edit("echo looking", to: "sleep 60")
    let run = try SpawnedProgram(["run", Project.file] + Self.words, in: project.folder)
    #expect(eventually { run.output.contains("run       score") })
    run.signal(SIGKILL)
    _ = try run.wait()
    let summary = try summary(project)
    #expect(summary["status"]?.text == "running")
    #expect(summary["run"]?.text == (try project.records().run("latest").run.id))
  }

  @Test(arguments: [
    (["--tolerance", "1"], "--tolerance requires --against RUN"),
    (["--against", "last-good", "--tolerance", "much"], "--tolerance takes a number"),
    (["--summary", "s.txt"], "--summary takes FILE.json or FILE.md, not 's.txt'"),
  ])
  func invalidOptionsAreUsageErrors(_ words: [String], _ message: String) throws {
    let project = try Project(Self.pipeline)
    let ending = try SpawnedProgram(["run", Project.file] + words, in: project.folder).wait()
    #expect(ending.exit == 2)
    #expect(ending.errors.contains(message))
    #expect(!project.exists("results"))
  }

  @Test func unwritableSummaryIsReportedBeforeTheRun() throws {
    let project = try Project(Self.pipeline)
    try project.write("a file", to: "night")
    let ending = try night(project)
    #expect(ending.exit == 1)
    #expect(ending.errors.contains("night/s.json: cannot be written"))
    #expect(!project.exists("results"))
    let unknown = try project.assay("run", Project.file, "--against", "nobody")
    #expect(unknown.exit == 1)
    #expect(unknown.errors.contains("no run 'nobody'"))
  }

  // MARK: The files below docs/nightly

  private static let folder =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/docs/nightly"

  private static let systemdAnalyze = "/usr/bin/systemd-analyze"

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: systemdAnalyze),
      "systemd-analyze is not installed"))
  func systemdAcceptsTheUnits() throws {
    let project = try Project(Self.pipeline)
    var units: [String] = []
    for kind in ["service", "timer"] {
      let text = try String(
        contentsOfFile: Self.folder + "/assay-nightly@.\(kind)", encoding: .utf8)
      units.append("assay-nightly@demo.\(kind)")
      try project.write(text, to: "assay-nightly@demo.\(kind)")
    }
    let ending = try SpawnedProgram(
      ["--user", "verify"] + units.map(project.path), in: project.folder,
      program: Self.systemdAnalyze, environment: ["XDG_RUNTIME_DIR": project.folder]
    ).wait()
    #expect(ending.exit == 0)
    // Unknown settings only cause a warning, so there must be no output.
    #expect(ending.text.isEmpty)
  }

  @Test(arguments: ["assay-nightly@.service", "crontab"])
  func shippedCommandLinesRun(_ file: String) throws {
    let text = try String(contentsOfFile: Self.folder + "/" + file, encoding: .utf8)
    let line = try #require(
      text.split(separator: "\n").first { $0.contains("--against") && !$0.hasPrefix("#") })
    let words = line.replacing("%i", with: "demo").split(separator: " ").map(String.init)
    let run = try #require(words.firstIndex(of: "run"))
    let project = try Project(Self.pipeline)
    try project.write(Self.pipeline, to: "Pipelines/demo.json")
    let own = words[run...].prefix { $0 != ">" }
    let ending = try SpawnedProgram(Array(own), in: project.folder).wait()
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(try project.read("results/nightly/demo.md").contains("good, 1 cell ran"))
    #expect(project.exists("results/nightly/demo.json"))
  }
}
