import Foundation
import Store
import TestSupport
import Testing

@testable import assay

/// The pages about runs, and the links between them.
@Suite struct ReportFolderTests {
  private static let pipeline = """
    {
      "assay": 1, "name": "pages", "parameters": { "add": 1 },
      "stages": {
        "score": {
          "uses": "command",
          "with": {
            "argv": [
              "/bin/sh", "-c", "echo \\"{ \\\\\\"score\\\\\\": ${add} }\\" > {outputs.files}/metrics.json"
            ]
          }
        }
      }
    }
    """

  @Test func waysAreRelative() {
    func way(_ start: String, _ end: String) -> String {
      ReportFolder.way(from: URL(fileURLWithPath: start), to: URL(fileURLWithPath: end))
    }
    #expect(way("/a/b", "/a/b") == "")
    #expect(way("/a/b", "/a/c d") == "../c%20d/")
    #expect(way("/a", "/a/b/c") == "b/c/")
  }

  @Test func indexLinksToReportsThatExist() throws {
    let project = try Project(Self.pipeline)
    try #require(try project.run("--report").exit == 0)
    try #require(try project.run("--set", "add=2").exit == 0)
    let ids = try project.records().runs().map(\.run.id)
    let first = try project.assay("report", "--index")
    #expect(first.output == "index: results/reports/index.html\n", "\(first.text)")
    let inside = try project.read("results/reports/index.html")
    #expect(
      inside.contains("<a href=\"\(ids[1]).html\">") && !inside.contains("<a href=\"\(ids[0])"))
    try #require(try project.assay("report", "--index", "-o", "pages").exit == 0)
    #expect(try project.read("pages/index.html").contains("\"../results/reports/\(ids[1]).html\""))
    #expect(try project.assay("report", "--index", "latest").exit == 2)
  }

  @Test func comparisonIsOnePage() throws {
    let project = try Project(Self.pipeline)
    try #require(try project.run().exit == 0)
    try #require(try project.run("--set", "add=2").exit == 0)
    let ending = try project.assay("diff", "latest~1", "latest", "--html", "-o", "a.html")
    #expect(ending.exit == 5 && ending.output == "comparison: a.html\n", "\(ending.text)")
    let page = try project.assay("report", "latest~1", "latest", "-o", "b.html", "--json")
    #expect(page.exit == 0, "\(page.text)")
    #expect(try project.read("a.html") == project.read("b.html"))
    #expect(try project.read("a.html").contains("Assay comparison of 2 runs"))
    #expect(try project.assay("diff", "latest~1", "latest", "--html", "--json").exit == 2)
    #expect(try project.assay("diff", "latest~1", "latest", "-o", "c.html").exit == 2)
  }
}
