import PipelineDSL
import Testing

/// Axes given from outside a pipeline.
@Suite struct AxisOverridesTests {
  private func text(_ more: String = "", stage: String = "") -> String {
    TestPipelines.text(
      #""a": {"uses": "program", "with": {"anything": "${x}"}\#(stage)}"#,
      #""axes": {"x": [1, 2, 3]}, "# + more)
  }

  private func cells(_ text: String, _ axes: [(name: String, values: [JSONValue])]) throws
    -> [String]
  {
    try TestPipelines.resolve(text, axes: AxisOverrides(axes)).cells.map(\.name)
  }

  private func problems(
    _ text: String, _ axes: [(name: String, values: [JSONValue])]
  ) -> [String] {
    TestPipelines.diagnostics(text, axes: AxisOverrides(axes)).map(\.textWithoutCode)
  }

  @Test func valuesReplaceThoseOfTheFile() throws {
    #expect(try cells(text(), [("x", [7, "b"])]) == ["a@x=7", "a@x=b"])
    // The last of equal names counts.
    #expect(try cells(text(), [("x", [7]), ("x", [8])]) == ["a@x=8"])
  }

  @Test func aWordMeansTheObjectOfThatName() throws {
    let text = TestPipelines.text(
      #""a": {"uses": "program", "with": {"anything": "${x.size}"}}"#,
      #""axes": {"x": [{"name": "s", "size": 1}, {"name": "m", "size": 2}, "#
        + #"{"name": "5", "size": 3}]}, "#)
    let pipeline = try TestPipelines.resolve(text, axes: AxisOverrides([("x", ["m", 5])]))
    #expect(pipeline.cells.map(\.name) == ["a@x=m", "a@x=5"])
    #expect(pipeline.cells.map { $0.parameters["anything"] } == [2, 3])
  }

  @Test func entriesForValuesThatAreGoneDoNotCount() throws {
    let written = text(
      #""exclude": [{"x": 1}, {"x": 2}], "#
        + #""references": {"a": {"metric": "m", "value": 1, "when": {"x": 3}}}, "#,
      stage: #"""
        , "reference": [{"metric": "n", "value": 1, "when": {"x": 1}}, {"metric": "n", "value": 2},
          {"axes": ["x"], "metrics": ["o"], "rows": [[1, 0.5], [4, 0.75], [3, 0.25]]}]
        """#)
    // 4 is on no axis of the file.
    #expect(problems(written, []).count == 1)
    let pipeline = try TestPipelines.resolve(written, axes: AxisOverrides([("x", [2, 4])]))
    #expect(pipeline.cells.map(\.name) == ["a@x=4"])
    #expect(pipeline.cells[0].references.map(\.value) == [2, 0.75])
  }

  @Test func parametersOfReplacedValuesAreNotUnused() throws {
    let written = TestPipelines.text(
      #""a": {"uses": "program", "with": {"anything": "${x}"}}"#,
      #""parameters": {"xs": [1, 2]}, "axes": {"x": "${xs}"}, "#)
    #expect(try cells(written, [("x", [5])]) == ["a@x=5"])
  }

  @Test func axesOfPartsAreReplacedToo() throws {
    let written = TestPipelines.text(
      #""b": {"uses": "program", "with": {"anything": "${x}"}}"#, #""include": ["part.json"], "#)
    let part = TestPipelines.part(
      #""a": {"uses": "program", "with": {"anything": "${x}"}}"#, #""axes": {"x": [1]}, "#)
    let axes = AxisOverrides([("x", [2])])
    let pipeline = try TestPipelines.resolve(written, axes: axes, parts: ["part.json": part])
    #expect(pipeline.cells.map(\.name) == ["a@x=2", "b@x=2"])
    // The recorded text gives the same pipeline with the same axes.
    let again = try PipelineResolver.resolve(
      bytes: pipeline.text, file: "p.json", axes: axes, parts: .none, catalogue: TestKinds.all)
    #expect(again.cells.map(\.name) == ["a@x=2", "b@x=2"])
  }

  @Test func axesCanBeAdded() throws {
    let written = TestPipelines.text(#""a": {"uses": "program", "with": {"anything": "${y}"}}"#)
    #expect(problems(written, []).count == 1)
    let axes = AxisOverrides([("y", [1, 2])])
    let pipeline = try TestPipelines.resolve(written, axes: axes)
    #expect(pipeline.cells.map(\.name) == ["a@y=1", "a@y=2"])
    #expect(PipelineText(String(decoding: pipeline.text, as: UTF8.self)).axes == ["y"])
    #expect(AxisOverrides(json: axes.json).axes == axes.axes)
  }

  @Test func problemsNameTheOption() {
    #expect(
      problems(text(), [("z", [1])]) == [
        "p.json:1:38: error: no stage varies along the axis 'z'; --axis gives it (at /axes/z)"
      ])
    #expect(
      problems(text(), [("x", [1, 1])]) == [
        "p.json:1:45: error: the value '1' occurs twice on this axis; --axis gives its values "
          + "(at /axes/x/0)"
      ])
    #expect(
      problems(text(), [("x", [])]).first?.contains(
        "an axis must have at least one value; --axis gives its values") == true)
    let nested = problems(text(), [("x", [[1]])]).first
    #expect(nested?.contains("array") == true, "\(nested ?? "")")
    #expect(nested?.contains("--axis gives its values") == true, "\(nested ?? "")")
    #expect(
      problems(text(#""parameters": {"y": 1}, "#), [("y", [1])]).contains {
        $0.contains("'y' is already the name of a parameter")
      })
  }
}
