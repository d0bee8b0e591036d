import Foundation
import TestSupport
import Testing

/// `results` of executed runs.
@Suite struct ResultsTests {
  private static let pipeline = """
    {
      "assay": 1,
      "name": "published",
      "description": "Scores of a paper. More words.",
      "axes": { "size": [10, 20], "seed": [1, 2, 3] },
      "stages": {
        "score": {
          "uses": "command",
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "echo \\"{ \\\\\\"score\\\\\\": $((ASSAY_SEED + ${size})) }\\" > {outputs.files}/metrics.json"
            ]
          },
          "reference": [
            { "metric": "score", "value": 12.5, "source": "Paper A", "when": { "size": 10 } }
          ]
        }
      }
    }
    """

  @Test("tables show the mean over seeds beside the published value")
  func tables() throws {
    let project = try Project(Self.pipeline)
    try #require(try project.run().exit == 0)
    let ending = try project.assay("results", "--note", "Not comparable.")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("## published\n\nScores of a paper.\n\nrun "))
    #expect(ending.output.contains("### score\n\n> Not comparable.\n\n| size | score |\n"))
    #expect(ending.output.contains("| 10 | 12 ± 2.484 (3) \\| 12.50 |\n"))
    #expect(ending.output.contains("| 20 | 22 ± 2.484 (3) |\n"))
    #expect(try project.assay("results", "--note", "Not comparable.").output == ending.output)
    for format in ["csv", "latex", "json"] {
      let other = try project.assay("results", "latest", "--format", format)
      #expect(other.exit == 0 && !other.output.isEmpty, "\(format) \(other.text)")
    }
  }

  @Test("what no run has is a usage error")
  func usage() throws {
    let project = try Project(Self.pipeline)
    try #require(try project.run().exit == 0)
    let axis = try project.assay("results", "--rows", "sizes")
    #expect(axis.exit == 2)
    #expect(axis.errors.contains("--rows: no run has an axis 'sizes'; did you mean 'size'?"))
    let format = try project.assay("results", "--format", "html")
    #expect(format.exit == 2)
    #expect(format.errors.contains("--format is markdown, csv, latex or json, not 'html'"))
  }
}
