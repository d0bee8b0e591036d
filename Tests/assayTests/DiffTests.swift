import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// `diff` of executed runs.
@Suite struct DiffTests {
  private static let pipeline = """
    {
      "assay": 1,
      "name": "compared",
      "parameters": { "add": 1 },
      "axes": { "seed": [1, 2, 3, 4, 5] },
      "stages": {
        "source": { "uses": "ingest/image-folder", "with": { "root": "images" } },
        "score": {
          "uses": "command",
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "echo \\"{ \\\\\\"score\\\\\\": $((ASSAY_SEED * ASSAY_SEED * ${add})) }\\" > {outputs.files}/metrics.json"
            ]
          }
        }
      }
    }
    """

  private func project() throws -> Project {
    let project = try Project(Self.pipeline)
    try TinyImages.write(to: project, perClass: 3, classes: 2)
    try #require(try project.run().exit == 0)
    return project
  }

  @Test func equalRunsExitZero() throws {
    let project = try project()
    #expect(try project.run().exit == 0)
    let ending = try project.assay("diff", "latest~1", "latest")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("The results are equal."))
    #expect(ending.output.contains("stages: no difference (6 cells)"))
    #expect(ending.output.contains("metrics of repeats: no difference (1 unchanged)"))
  }

  @Test func allChangesAreInOneReport() throws {
    let project = try project()
    try project.move("images/red/1.png", to: "images/red/other.png")
    try TinyImages.write(kind: 0, number: 99, to: project, at: "images/red/2.png")
    #expect(try project.run("--set", "add=2").exit == 0)
    let ending = try project.assay("diff", "latest~1", "latest")
    #expect(ending.exit == 5)
    let text = ending.output
    #expect(text.contains("The results differ, first at stage 'source'."))
    #expect(text.contains("pipeline: same text ("))
    #expect(text.contains("  add        1  2\n"))
    #expect(text.contains("  source root: 1 changed, 1 renamed, 4 unchanged\n"))
    #expect(text.contains("red/1.png to red/other.png"))
    #expect(text.contains("  changed  red/2.png"))
    #expect(text.contains("score  score   11  22         +11"))
    // The differences are 1, 4, 9, 16 and 25: the interval is between the least and the greatest.
    let again = try project.assay("diff", "latest~1", "latest")
    #expect(again.output == text)
    let json = try JSONParser.parse(
      try project.assay("diff", "latest~1", "latest", "--json").output)
    #expect(json["first"]?.text == "source")
    let mean = try #require(json["repeats"]?.elements?.first)
    #expect(mean["pairs"] == 5)
    #expect(mean["difference"]?.real == 11)
    let (low, high) = (try #require(mean["low"]?.real), try #require(mean["high"]?.real))
    #expect(low > 1 && low < 11 && high > 11 && high < 25)
    let files = json["inputs"]?.elements?.first?["files"]
    #expect(files?["renamed"]?.elements?.first?["to"]?.text == "red/other.png")
    let page = try project.assay("diff", "latest~1", "latest", "--markdown")
    #expect(page.exit == 5)
    #expect(page.output.contains("## Metrics of repeats\n"))
    #expect(try project.assay("diff", "latest", "latest", "--markdown", "--json").exit == 2)
  }
}
