import PipelineDSL
import Testing

@Suite struct PipelineResolverCellsTests {
  private func diagnostics(_ stages: String, _ more: String = "") -> [String] {
    TestPipelines.diagnostics(TestPipelines.text(stages, more)).map { diagnostic in
      "\(diagnostic.pointer) \(diagnostic.message)"
        + (diagnostic.suggestion.map { " [\($0)]" } ?? "")
    }
  }

  @Test func problemsPointAtTheValue() {
    #expect(
      diagnostics(
        #""x": {"uses": "program", "with": {"gives": ["a", 2], "environment": {"A": 1}, "gvies": []}}"#
      )
        == [
          "/stages/x/with/gives/1 parameter 'gives': expected a string, found 2",
          "/stages/x/with/environment/A parameter 'environment': expected a string, found 1",
          "/stages/x/with/gvies unknown parameter 'gvies' of 'program' [gives]",
        ])
    #expect(
      diagnostics(#""x": {"uses": "ingest/pbc"}, "y": {"uses": "ingest/pbc", "with": {}}"#) == [
        "/stages/x parameter 'root' is missing: the folder",
        "/stages/y/with parameter 'root' is missing: the folder",
      ])
    #expect(
      diagnostics(#""x": {"uses": "optics", "with": {"dark": true, "offset": 1}}"#)
        == ["/stages/x/with 'dark' and 'offset' exclude each other"])
  }

  @Test func brokenReferencesAreReportedOnce() {
    #expect(
      diagnostics(
        #""x": {"uses": "optics", "with": {"gain": "${gian}", "dark": true, "offset": "${off", "flat": "${a}"}}"#,
        #""axes": {"a": ["p", "q"]}, "#)
        == [
          "/stages/x/with/gain no parameter or axis 'gian'",
          "/stages/x/with/offset unterminated '${'",
        ])
    #expect(
      diagnostics(#""x": {"uses": "ingest/pbc", "with": {"root": "${data}/x"}}"#)
        == ["/stages/x/with/root no parameter or axis 'data'"])
  }

  @Test func invalidAxisValuesAreNamed() {
    #expect(
      diagnostics(
        #""x": {"uses": "optics", "with": {"gain": "${g}"}}"#, #""axes": {"g": [1, 20, "x"]}, "#)
        == [
          "/stages/x/with/gain parameter 'gain': expected a number of at most 10, found 20",
          "/stages/x/with/gain parameter 'gain': expected a number of at most 10, found \"x\"",
        ])
  }

  @Test func portsMayDependOnParametersButNotOnCells() throws {
    let stage = #""x": {"uses": "program", "with": {"gives": ["${g}"]}}"#
    #expect(
      diagnostics(stage, #""axes": {"g": ["a", "b"]}, "#)
        == ["/stages/x the cells of 'x' differ in their inputs or outputs"])
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        stage + #", "y": {"uses": "program", "needs": {"in": "x.a"}}"#,
        #""parameters": {"g": "a"}, "#))
    #expect(pipeline.cell(named: "x")?.ports.outputs.map(\.name) == ["a"])
  }

  @Test func optionalLocationsMayBeOmitted() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        #""x": {"uses": "optics"}, "y": {"uses": "optics", "with": {"flat": "f.png"}}"#))
    #expect(pipeline.cell(named: "x")?.locations == [:])
    #expect(pipeline.cell(named: "y")?.locations == ["flat": "f.png"])
    let parameters: JSONObject = ["gain": 1, "offset": 0, "dark": false]
    #expect(pipeline.cells.allSatisfy { $0.parameters == parameters })
  }
}
