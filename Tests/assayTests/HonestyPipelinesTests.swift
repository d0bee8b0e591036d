import Foundation
import PipelineDSL
import Stages
import Store
import TestSupport
import Testing

/// The pipelines of docs/honesty.md, on small sets: what they conclude from full ones is in their
/// checks.
@Suite struct HonestyPipelinesTests {
  private func text(_ file: String) throws -> String {
    try String(contentsOfFile: Repository.path("Pipelines/\(file)"), encoding: .utf8)
  }

  private func pipeline(_ file: String) throws -> Pipeline {
    try PipelineResolver.resolve(
      bytes: Array(try text(file).utf8), file: file, overrides: [], catalogue: StageCatalogue.all)
  }

  /// Runs to the end, whether or not checks are met, and requires that every cell succeeded.
  private func runAll(_ project: Project) throws {
    let ending = try project.run()
    let statuses = try project.statuses()
    #expect(!statuses.isEmpty)
    #expect(
      statuses.values.allSatisfy { $0 == .executed || $0 == .hit }, "\(ending.text.suffix(2000))")
  }

  @Test("the four statements of the story are checks")
  func statementsAreChecks() throws {
    let cells = try pipeline("shortcut.json").cells
    let checks = Dictionary(grouping: cells, by: \.stage).mapValues { cells in
      Set(cells.flatMap(\.checks).map(\.metric))
    }
    #expect(
      checks["findings"] == ["findings/stain-shortcut", "findings/same-cell-across-parts"])
    #expect(checks["accuracy"]?.contains("setting=naive/mean/test/accuracy") == true)
    for (stage, metric) in [
      ("accuracy", "test/accuracy"), ("clinic-accuracy", "test/accuracy"),
      ("attention", "grad-cam/energy-inside"),
    ] {
      // Each difference has its test.
      for number in ["difference", "p-adjusted"] {
        #expect(checks[stage]?.contains("setting=careful/\(number)/\(metric)") == true, "\(stage)")
      }
    }
  }

  @Test("naive and careful models explain the same images of the clean set")
  func settingsSeeTheSameImages() throws {
    let cells = try pipeline("shortcut.json").cells
    func count(_ stage: String) -> Int { cells.count { $0.stage == stage } }
    #expect(count("planted") == 1 && count("cells") == 2 && count("clinic-cells") == 2)
    #expect(count("clinic-split") == 2 && count("findings") == 1)
    #expect(count("model") == 12 && count("judged") == 12 && count("attention") == 1)
  }

  @Test func theShortcutRunsToTheEnd() throws {
    let project = try Project(try text("shortcut.json"))
    for words in [
      ["data/shortcut", "--plant", "stain-shortcut:high", "--plant", "same-cell:high"],
      ["data/shortcut-clean", "--sources", "shortcut", "--seed", "71"],
    ] {
      let written = try SpawnedProgram(
        ["synthesise"] + words + ["--images", "60"], in: project.folder
      ).wait()
      try #require(written.exit == 0, "\(written.text)")
    }
    try project.edit(#""size": 64"#, to: #""size": 16"#)
    try project.edit(#""epochs": 20"#, to: #""epochs": 2"#)
    try project.edit("[1, 2, 3, 4, 5, 6]", to: "[1, 2]")
    try project.edit(#""per-class": 8"#, to: #""per-class": 1"#)
    try runAll(project)
  }

  @Test func theSourceShiftRunsToTheEnd() throws {
    let project = try Project(try text("source-shift.json"))
    let written = try project.assay(
      "synthesise", "data/source-shift", "--sources", "pbc,blood-cell-images", "--images", "640")
    try #require(written.exit == 0, "\(written.text)")
    try project.edit(#""size": 64"#, to: #""size": 16"#)
    try project.edit(#""epochs": 20"#, to: #""epochs": 2"#)
    try project.edit("[1, 2, 3]", to: "[1, 2]")
    try runAll(project)
  }
}
