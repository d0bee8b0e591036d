import Foundation
import PipelineDSL
import TestSupport
import Testing

/// Which run a name means, and what can be taken out of it.
@Suite struct RunReferenceTests {
  private func text(_ name: String) -> String {
    """
    {
      "assay": 1, "name": "\(name)", "axes": { "n": [1, 2] },
      "stages": {
        "a": { "uses": "command", "with": {
          "argv": ["/bin/sh", "-c", "echo \(name) ${n} > {outputs.files}/f"] } }
      }
    }
    """
  }

  @Test func latestOfAPipeline() throws {
    let project = try Project(text("one"))
    try project.executed()
    try project.executed()
    try project.write(text("two"), to: "elsewhere/two.json")
    #expect(try project.assay("run", "elsewhere/two.json").exit == 0)
    for (reference, pipeline) in [
      ("latest", "two"), ("latest~1", "one"), ("latest:one", "one"), ("latest:one~1", "one"),
    ] {
      let ending = try project.assay("show", reference, "--json")
      #expect(try JSONParser.parse(ending.output)["pipeline"]?.text == pipeline, "\(ending.text)")
    }
    let none = try project.assay("show", "latest:oen")
    #expect(none.exit != 0)
    #expect(none.errors.contains("the record has no pipeline 'oen'; did you mean 'one'?"))
    // The folder has one pipeline with runs.
    let taken = try project.assay("checkout", "latest", "a@n=2", "out")
    #expect(taken.exit == 0, "\(taken.text)")
    #expect(taken.output.contains(" of 'one'\n"))
    #expect(try project.read("out/files/f") == "one 2\n")
  }

  @Test func severalPipelinesInTheFolderAreAmbiguous() throws {
    let project = try Project(text("one"))
    try project.executed()
    try project.write(text("two"), to: "two.json")
    // A pipeline without runs is not a choice.
    #expect(try project.assay("checkout", "latest", "a@n=1", "x").exit == 0)
    #expect(try project.assay("run", "two.json").exit == 0)
    let ending = try project.assay("checkout", "latest", "a@n=1", "y")
    #expect(ending.exit == 2)
    #expect(ending.errors.contains("write 'latest:one' or 'latest:two'"), "\(ending.text)")
    let named = try project.assay("checkout", "latest:two", "a@n=1", "y", "--json")
    let facts = try JSONParser.parse(named.output)
    #expect(facts["pipeline"]?.text == "two")
    #expect(facts["artifacts"]?.elements?.first?["folder"]?.text == "y/files")
    #expect(try project.read("y/files/f") == "two 1\n")
  }

  @Test func cellsOfAStageAreListed() throws {
    let project = try Project(text("one"))
    try project.executed()
    for words in [["checkout", "latest", "a", "x"], ["predict", "--cell", "a", "x"]] {
      let ending = try SpawnedProgram(words, in: project.folder).wait()
      #expect(ending.exit == 2)
      #expect(
        ending.errors.contains("; choose one of its 2 cells:\n  a@n=1\n  a@n=2\n"), "\(ending.text)"
      )
    }
    let port = try project.assay("checkout", "latest", "a.files", "x")
    #expect(port.errors.contains("\n  a@n=1.files\n"), "\(port.text)")
  }

  @Test func reportAsJSON() throws {
    let project = try Project(text("one"))
    try project.executed()
    let ending = try project.assay("report", "latest:one", "--json")
    let facts = try JSONParser.parse(ending.output)
    let path = try #require(facts["report"]?.text)
    #expect(project.exists(path))
    #expect(facts["bytes"]?.whole == (try project.read(path)).utf8.count)
  }
}
