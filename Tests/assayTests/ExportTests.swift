import Foundation
import TestSupport
import Testing

/// `export` and `figure` of an executed run.
struct ExportTests {
  private static let pipeline = """
    {
      "assay": 1,
      "name": "exported",
      "axes": { "size": [10, 20], "depth": [1, 2], "seed": [1, 2, 3] },
      "stages": {
        "score": {
          "uses": "command",
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "echo \\"{ \\\\\\"score\\\\\\": $((ASSAY_SEED + ${size} * ${depth})) }\\" > {outputs.files}/metrics.json"
            ]
          },
          "checks": [{ "metric": "score", "at-least": 1 }]
        }
      }
    }
    """

  @Test func tablesAreListedAndWritten() throws {
    let project = try Project(Self.pipeline)
    try #require(try project.run().exit == 0)
    let list = try project.assay("export")
    #expect(list.exit == 0, "\(list.text)")
    #expect(list.output.contains("\nchecks  "))
    #expect(list.output.contains("\nmetrics/score  "))
    let csv = try project.assay("export", "latest", "checks", "--format", "csv")
    #expect(csv.output.hasPrefix("cell,metric,value,relation,threshold,met\n"))
    #expect(csv.errors.contains("caption: Checks of run "))
    let latex = try project.assay(
      "export", "latest", "checks", "--format", "latex", "-o", "t/x.tex")
    #expect(latex.exit == 0 && latex.output.hasPrefix("table: t/x.tex\nChecks of run"))
    let wrong = try project.assay("export", "latest", "check")
    #expect(wrong.exit == 2 && wrong.errors.contains("did you mean 'checks'?"), "\(wrong.text)")
    let format = try project.assay("export", "--format", "html")
    #expect(format.exit == 2)
    #expect(format.errors.contains("--format is markdown, csv or latex, not 'html'"))
  }

  @Test func figuresAreListedAndWritten() throws {
    let project = try Project(Self.pipeline)
    try #require(try project.run().exit == 0)
    let list = try project.assay("figure")
    #expect(list.output.contains("\ngrid/score/score  "), "\(list.text)")
    let figure = try project.assay("figure", "latest", "grid/score/score")
    #expect(figure.output.hasPrefix("<?xml") && figure.output.hasSuffix("</svg>\n"))
    let caption = try project.assay("figure", "latest", "grid/score/score", "--caption")
    #expect(caption.output.contains("means over n = 3 repeats (seed)"), "\(caption.text)")
    let written = try project.assay("figure", "latest", "grid/score/score", "-o", "f/x.svg")
    #expect(written.output == "figure: f/x.svg\n\(caption.output)")
    let wrong = try project.assay("figure", "latest", "grid/score/scor")
    #expect(wrong.exit == 2 && wrong.errors.contains("did you mean 'grid/score/score'?"))
  }
}
