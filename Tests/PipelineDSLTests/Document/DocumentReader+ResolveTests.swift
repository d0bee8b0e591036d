import PipelineDSL
import Testing

/// Axes whose values come from parameters.
@Suite struct DocumentReaderResolveTests {
  private func text(_ parameters: String, _ axes: String, _ more: String = "") -> String {
    TestPipelines.text(
      #""a": {"uses": "program", "with": {"anything": "${x}"}\#(more)}"#,
      #""parameters": {\#(parameters)}, "axes": {\#(axes)}, "#)
  }

  private func problems(
    _ text: String, overrides: [(name: String, value: JSONValue)] = []
  ) -> [String] {
    TestPipelines.diagnostics(text, overrides: overrides).map(\.textWithoutCode)
  }

  @Test func valuesComeFromAParameter() throws {
    let text = text(#""xs": [1, "b"]"#, #""x": "${xs}""#)
    #expect(try TestPipelines.resolve(text).cells.map(\.name) == ["a@x=1", "a@x=b"])
    let three = try TestPipelines.resolve(text, overrides: [("xs", [3, true, 0.5])])
    #expect(three.cells.map(\.name) == ["a@x=3", "a@x=true", "a@x=0.5"])
    #expect(three.cells[0].parameters["anything"] == 3)
  }

  @Test func valuesAndFieldsReferToParameters() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        #""a": {"uses": "program", "with": {"anything": ["${net}", "${net.weights}", "${net.size}"]}}"#,
        #""parameters": {"weights": "w", "small": {"name": "s", "size": 8, "weights": null}}, "#
          + #""axes": {"net": [{"name": "vgg16", "weights": "${weights}/vgg16.pth", "size": 9}, "#
          + #""${small}"]}, "#), overrides: [])
    #expect(pipeline.cells.map(\.name) == ["a@net=vgg16", "a@net=s"])
    #expect(
      pipeline.cells.map { $0.parameters["anything"] } == [
        ["vgg16", "w/vgg16.pth", 9], ["s", .null, 8],
      ])
  }

  @Test func nullTurnsOffTheFieldsThatUseIt() throws {
    let text = TestPipelines.text(
      #""a": {"uses": "program", "with": {"anything": "${net.weights}"}}"#,
      #""parameters": {"weights": "w"}, "axes": {"net": [{"name": "n", "weights": "${weights}/n"}]}, "#
    )
    let off = try TestPipelines.resolve(text, overrides: [("weights", .null)])
    #expect(off.cells[0].parameters["anything"] == .null)
  }

  @Test func excludesAndReferencesWorkAsWithLiteralValues() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        #""a": {"uses": "program", "with": {"anything": "${x}"}, "#
          + #""reference": [{"metric": "m", "value": 1, "when": {"x": 2}}]}"#,
        #""parameters": {"xs": [1, 2, 3]}, "axes": {"x": "${xs}"}, "exclude": [{"x": 1.0}], "#))
    #expect(pipeline.cells.map(\.name) == ["a@x=2", "a@x=3"])
    #expect(pipeline.cells.map(\.references.count) == [1, 0])
  }

  @Test func problemsPointAtTheValue() {
    #expect(
      problems(text(#""xs": 3"#, #""x": "${xs}""#)) == [
        "p.json:1:51: error: expected an array: the values of an axis, found a whole number; it is "
          + "for the axis 'x' (at /parameters/xs)"
      ])
    #expect(
      problems(text(#""xs": [1, [2], 1]"#, #""x": "${xs}""#)) == [
        "p.json:1:55: error: expected a string, a number, a boolean, or an object with a name as "
          + "axis value, found an array; it is for the axis 'x' (at /parameters/xs/1)",
        "p.json:1:60: error: the value '1' occurs twice on this axis; it is for the axis 'x' (at "
          + "/parameters/xs/2)",
      ])
    #expect(
      problems(text(#""n": "b@""#, #""x": [{"name": "${n}"}]"#)) == [
        "p.json:1:50: error: 'b@' is part of cell names and must not be empty or contain '@', '=', "
          + "',' or control characters; it is for the axis 'x' (at /parameters/n)"
      ])
    #expect(
      problems(text(#""n": "b""#, #""x": ["${n}", "b"]"#)) == [
        "p.json:1:79: error: the value 'b' occurs twice on this axis (at /axes/x/1)"
      ])
  }

  @Test func problemsNameTheOverride() {
    let text = text(#""xs": [1]"#, #""x": "${xs}""#)
    #expect(
      problems(text, overrides: [("xs", [])]) == [
        "p.json:1:51: error: an axis must have at least one value; it is for the axis 'x'; --set or "
          + "--parameters gives 'xs' (at /parameters/xs)"
      ])
    #expect(
      problems(text, overrides: [("xs", "1")]) == [
        "p.json:1:51: error: expected an array: the values of an axis, found a string; it is for "
          + "the axis 'x'; --set or --parameters gives 'xs' (at /parameters/xs)"
      ])
    // Also where the value went through a part.
    let part = #"{"assay": 1, "part": true, "parameters": {"s": []}, "axes": {"x": "${s}"}}"#
    let found = TestPipelines.messages(
      TestPipelines.text(
        #""a": {"uses": "program", "with": {"anything": "${x}"}}"#,
        #""parameters": {"n": 1}, "include": [{"file": "g.json", "with": {"s": "${n}"}}], "#),
      overrides: [("n", 5)], parts: ["g.json": part])
    #expect(
      found == [
        "expected an array: the values of an axis, found a whole number; it is for the axis 'x'; "
          + "--set or --parameters gives 'n'"
      ])
  }
}
