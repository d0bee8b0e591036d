import Testing

@testable import PipelineDSL

/// The log has what the schema of SARIF 2.1.0 requires: see its sections 3.13, 3.14, 3.27 and 3.29.
@Suite struct DiagnosticsSARIFTests {
  private func diagnostic(
    _ code: DiagnosticCode, _ file: String, at place: SourcePosition? = nil, pointer: String = ""
  ) -> Diagnostic {
    Diagnostic(
      code: code, file: file, position: place, pointer: pointer, message: "m", suggestion: "n")
  }

  @Test func problemsAreResultsWithPlaces() throws {
    let log = Diagnostics.sarif(
      version: "1.2.3",
      [
        diagnostic(.syntax, "p.json", at: SourcePosition(line: 3, column: 7), pointer: "/stages"),
        diagnostic(.cycle, "p.json"), diagnostic(.syntax, "p.json"),
      ])
    #expect(log["version"] == "2.1.0")
    let run = try #require(log["runs"]?.elements?.first)
    let driver = run["tool"]?["driver"]
    #expect(driver?["name"] == "assay" && driver?["semanticVersion"] == "1.2.3")
    let rules = try #require(driver?["rules"]?.elements)
    #expect(rules.compactMap { $0["id"]?.text } == ["cycle", "syntax"])
    let results = try #require(run["results"]?.elements)
    #expect(results.count == 3)
    for result in results {
      #expect(result["level"] == "error")
      #expect(result["message"]?["text"] == "m; did you mean 'n'?")
      let index = try #require(result["ruleIndex"]?.whole)
      #expect(rules[index]["id"] == result["ruleId"])
    }
    let place = results[0]["locations"]?.elements?.first
    #expect(place?["physicalLocation"]?["region"] == ["startLine": 3, "startColumn": 7])
    #expect(place?["physicalLocation"]?["artifactLocation"]?["uri"] == "p.json")
    #expect(place?["logicalLocations"] == [["fullyQualifiedName": "/stages"]])
    // A problem of the whole file has no region, which would need a line.
    let whole = results[1]["locations"]?.elements?.first
    #expect(whole?["physicalLocation"]?.object?.names == ["artifactLocation"])
  }

  @Test(arguments: [
    ("a b/ä.json", "a%20b/%C3%A4.json"), ("/x/p.json", "file:///x/p.json"),
    ("a:b%.json", "a%3Ab%25.json"), ("../p.json", "../p.json"),
  ])
  func filesAreReferences(_ file: String, _ uri: String) {
    let log = Diagnostics.sarif(version: "1", [diagnostic(.syntax, file)])
    let result = log["runs"]?.elements?.first?["results"]?.elements?.first
    let place = result?["locations"]?.elements?.first?["physicalLocation"]
    #expect(place?["artifactLocation"]?["uri"]?.text == uri)
  }

  @Test func validPipelineHasAnEmptyListOfResults() {
    let run = Diagnostics.sarif(version: "1", [])["runs"]?.elements?.first
    #expect(run?["results"] == [] && run?["tool"]?["driver"]?["rules"] == [])
  }
}
