import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// What `plan`, `run --dry-run` and `why` report for pipelines with many cells.
@Suite struct PlanTests {
  private static let pipeline = """
    {
      "assay": 1,
      "name": "planned",
      "parameters": { "word": "one" },
      "axes": { "seed": [1, 2, 3, 4], "side": ["left", "right"] },
      "stages": {
        "base": {
          "uses": "command", "seed": 0,
          "with": { "argv": ["/bin/sh", "-c", "echo ${word} > {outputs.files}/x"] }
        },
        "draw": {
          "uses": "command", "needs": { "base": "base" },
          "with": {
            "argv": ["/bin/sh", "-c", "echo ${side} $ASSAY_SEED > {outputs.files}/x # ${word}"]
          }
        },
        "last": {
          "uses": "command", "needs": { "draw": "draw" },
          "with": { "argv": ["/bin/cp", "{inputs.draw}/x", "{outputs.files}/x"] }
        }
      }
    }
    """

  @Test func equalReasonsShareALine() throws {
    let project = try Project(Self.pipeline)
    let first = try project.assay("plan", Project.file)
    #expect(first.exit == 0)
    #expect(
      first.output == """
        run        base  (new)
        undecided  draw  8 cells  (until base has run)
        undecided  last  8 cells  (until base has run)
        0 hit, 1 run, 16 undecided of 17 cells

        """)
    #expect(try project.run().exit == 0)
    #expect(try project.assay("plan", Project.file, "--exit-code").exit == 0)
    try project.edit("# ${word}", to: "# ${word} ${word}")
    let plan = try project.assay("plan", Project.file, "--exit-code")
    #expect(plan.exit == 4)
    let lines = plan.output.split(separator: "\n")
    #expect(lines.count == 5, "\(plan.output)")
    #expect(lines[0] == "hit        base")
    // The four seeds of each side have the same arguments.
    #expect(lines[1].hasPrefix("run        draw  4 of 8 cells: seed=1,side=left; "))
    #expect(lines[3].hasPrefix("undecided  last  8 cells  (until draw has run)"))
    let all = try project.assay("plan", Project.file, "--cells")
    #expect(all.output.split(separator: "\n").count == 18)
    let dry = try project.assay("run", Project.file, "-n")
    #expect(dry.output == plan.output)
    #expect(try project.records().runs().count == 1)
  }

  @Test func jsonContainsChangedFieldsAndFiles() throws {
    let project = try Project(Self.pipeline)
    #expect(try project.run().exit == 0)
    let ending = try project.assay("plan", Project.file, "--set", "word=two", "--json")
    let cells = try #require(try JSONParser.parse(ending.output).elements)
    #expect(cells.count == 17)
    let change = cells[0]["changes"]?.elements?.first
    #expect(change?["field"]?.text == "/parameters/argv/2")
    #expect(change?["old"]?.text == "echo one > {outputs.files}/x")
    #expect(change?["new"]?.text == "echo two > {outputs.files}/x")
    #expect(cells[1]["until"]?.elements == ["base"])
    #expect(try project.run("--set", "word=two").exit == 0)
    let why = try project.assay("why", Project.file, "draw", "--set", "word=two", "--json")
    let answers = try #require(try JSONParser.parse(why.output).elements)
    #expect(answers.count == 8)
    let latest = try project.records().run("latest").run.id
    #expect(answers[0]["made-by"]?["run"]?.text == latest)
    let input = answers[0]["changes"]?.elements?.first { $0["field"]?.text == "/inputs/base/0" }
    #expect(input?["from"]?.elements == ["base"])
    let edit = input?["files"]?["changed"]?.elements?.first
    #expect(edit?["path"]?.text == "x")
    #expect(edit?["old"]?.text == Digest.of("one\n").hex)
    #expect(edit?["new"]?.text == Digest.of("two\n").hex)
  }

  @Test func whyGroupsCells() throws {
    let project = try Project(Self.pipeline)
    #expect(try project.run().exit == 0)
    let run = try project.records().run("latest").run.id
    #expect(
      try project.why("last") == """
        last  8 cells: hit
          made by run \(run): new
          no difference from the key in run \(run):

        """)
    try project.edit(#""word": "one""#, to: #""word": "two""#)
    let undecided = try project.why("last")
    #expect(undecided.hasPrefix("last  8 cells: undecided (until base has run)\n"))
    #expect(undecided.contains("  base runs: parameter argv/2: "))
    // The cells of a renamed pipeline are new; `why` still compares them with the earlier name.
    try project.edit(#""name": "planned""#, to: #""name": "renamed""#)
    #expect(try project.why("base").contains("parameter argv/2: "))
    #expect(try project.plan()["base"]?.reason == "new")
  }

  @Test func dryRunTakesForceIntoAccount() throws {
    let project = try Project(Self.pipeline)
    #expect(try project.run().exit == 0)
    let forced = try project.assay("run", Project.file, "draw", "--force", "--dry-run")
    #expect(
      forced.output == """
        hit        base
        run        draw  8 cells  (forced)
        1 hit, 8 run, 0 undecided of 9 cells

        """)
    let none = try project.assay("run", Project.file, "--only-failed", "--dry-run")
    #expect(none.exit == 2)
    #expect(none.errors.contains("nothing failed in run"))
  }
}
