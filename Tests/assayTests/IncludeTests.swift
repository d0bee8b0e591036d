import PipelineDSL
import Store
import TestSupport
import Testing

/// Pipelines that include parts, from the check to the audit of a recorded run.
@Suite struct IncludeTests {
  private static let pipeline = """
    {
      "assay": 1, "name": "whole",
      "include": [{ "file": "parts/grid.json", "with": { "word": "${greeting}" } }],
      "parameters": { "greeting": "hello", "folds": [1, 2], "note": "n" },
      "stages": {
        "source": { "uses": "command", "with": {
          "argv": ["sh", "-c", "echo x > {outputs.files}/x"] } },
        "end": { "uses": "command", "needs": { "in": "grid" }, "gather": ["fold"], "with": {
          "argv": ["sh", "-c", "cat {inputs.in}/*/x > {outputs.files}/x || true"] } }
      },
      "references": { "grid": { "axes": ["fold"], "metrics": ["m"], "rows": [[2, 0.5]] } }
    }
    """
  private static let part = """
    {
      "assay": 1, "part": true,
      "parameters": { "word": "none", "folds": [], "note": "kept" },
      "axes": { "fold": "${folds}" },
      "stages": {
        "grid": { "uses": "command", "needs": { "in": "source" }, "with": {
          "argv": ["sh", "-c", "echo ${word} ${fold} > {outputs.files}/x"],
          "environment": { "NOTE": "${note}" } } }
      }
    }
    """

  private func project() throws -> Project {
    let project = try Project(Self.pipeline)
    try project.write(Self.part, to: "parts/grid.json")
    return project
  }

  @Test func runsAndIsCached() throws {
    let project = try project()
    #expect(try project.executed() == ["source", "grid@fold=1", "grid@fold=2", "end"])
    #expect(try project.executed().isEmpty)
    #expect(try project.executed("--set", "folds=[1,2,3]") == ["grid@fold=3", "end"])
    try project.write(
      Self.part.replacing("echo ${word}", with: "echo the ${word}"), to: "parts/grid.json")
    #expect(try project.executed() == ["grid@fold=1", "grid@fold=2", "end"])
  }

  @Test func theRecordNeedsNoPart() throws {
    let project = try project()
    try project.executed("--set", "greeting=bye")
    try project.write("{", to: "parts/grid.json")
    let audit = try project.assay("audit", "latest", "--replay")
    #expect(audit.exit == 0, "\(audit.text)")
    let records = try project.records()
    let run = try records.run("latest").run
    let text = try #require(try records.pipelineText(run.pipelineDigest))
    #expect(text.contains(#""file": "parts/grid.json""#))
    // The recorded text is a pipeline that gives the same results.
    try project.write(text, to: Project.file)
    #expect(try project.executed("--set", "greeting=bye").isEmpty)
    #expect(try records.run("latest").run.pipelineDigest == run.pipelineDigest)
    let events = try records.events(run: run.id).filter { $0.kind == "reference" }
    #expect(events.map(\.subject) == ["grid@fold=2"])
  }

  @Test func differencesNameThePlaceInThePart() throws {
    let project = try project()
    try project.executed()
    try project.write(
      Self.part.replacing("echo ${word}", with: "echo the ${word}"), to: "parts/grid.json")
    try project.executed()
    let ending = try project.assay("diff", "latest~1", "latest")
    #expect(ending.exit == 5)
    #expect(ending.output.contains("/include/0/part/stages/grid/with/argv/2"), "\(ending.text)")
  }

  @Test func problemsNameThePart() throws {
    let project = try project()
    try project.write(
      Self.part.replacing(#""uses": "command""#, with: #""uses": "comand""#), to: "parts/grid.json")
    let ending = try project.assay("check", Project.file)
    #expect(ending.exit == 3)
    #expect(
      ending.errors.contains("parts/grid.json:6:23: error: unknown stage kind 'comand'"),
      "\(ending.text)")
    let alone = try project.assay("run", "parts/grid.json")
    #expect(alone.exit == 3 && alone.errors.contains("this file is a part"))
    let missing = try Project(Self.pipeline)
    #expect(
      try missing.assay("plan", Project.file).errors.contains(
        "pipeline.json:3:25: error: cannot read the part parts/grid.json: No such file or "
          + "directory (at /include/0/file) [bad-include]"))
  }

  @Test func nullOnTheCommandLineIsAValue() throws {
    let project = try Project(
      """
      { "assay": 1, "name": "p", "parameters": { "weights": "w" }, "stages": {
        "a": { "uses": "command", "with": { "argv": ["echo", "${weights}/x"] } } } }
      """)
    #expect(try project.assay("check", Project.file).exit == 0)
    let ending = try project.assay("check", Project.file, "--set", "weights=null")
    #expect(
      ending.errors.contains("expected a string, a number, true or false, found null"),
      "\(ending.text)")
  }
}
