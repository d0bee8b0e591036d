import PipelineDSL
import Testing

@Suite struct DocumentReaderTests {
  private func diagnostics(_ text: String) -> [String] {
    TestPipelines.diagnostics(text).map(\.textWithoutCode)
  }

  private let stage = #""a": {"uses": "ingest/pbc", "with": {"root": "r"}}"#

  @Test func syntaxErrorIsTheOnlyProblem() {
    #expect(
      diagnostics("{\n  \"assay\": 1,\n}") == ["p.json:2:13: error: trailing comma before '}'"])
    #expect(diagnostics("") == ["p.json:1:1: error: expected a value, found the end of the file"])
    #expect(
      diagnostics("[]") == ["p.json:1:1: error: expected an object: a pipeline, found an array"])
    // The override has nothing to replace, but only the syntax error is reported.
    #expect(TestPipelines.messages("{", overrides: [("x", 1)]).count == 1)
  }

  @Test func requiredFieldsAreNamed() {
    #expect(
      diagnostics("{}") == [
        "p.json:1:1: error: 'assay' of this pipeline is missing: the version of the language, now 1",
        "p.json:1:1: error: 'name' of this pipeline is missing",
        "p.json:1:1: error: 'stages' of this pipeline is missing",
      ])
    #expect(TestPipelines.messages(TestPipelines.text("")) == ["the pipeline has no stages"])
    #expect(
      TestPipelines.messages(TestPipelines.text(#""a": {}, "b": {"uses": ""}"#)) == [
        "'uses' of this stage is missing", "'uses' of this stage must not be empty",
      ])
  }

  @Test(arguments: [
    (
      #"{"assay": 2, "name": "n", "stages": {S}}"#, "/assay",
      "this version of Assay reads version 1 of the language, found 2"
    ),
    (
      #"{"assay": "1", "name": "n", "stages": {S}}"#, "/assay",
      "this version of Assay reads version 1 of the language, found \"1\""
    ),
    (
      #"{"assay": 1, "name": 5, "stages": {S}}"#, "/name", "expected a string, found a whole number"
    ),
    (
      #"{"assay": 1, "name": "", "stages": {S}}"#, "/name",
      "'name' of this pipeline must not be empty"
    ),
    (
      #"{"assay": 1, "name": "a@b", "stages": {S}}"#, "/name",
      "'a@b' is part of cell names and must not be empty or contain '@', '=', ',' or control characters"
    ),
    (
      #"{"assay": 1, "name": "a\r\nb", "stages": {S}}"#, "/name",
      "'a\r\nb' is part of cell names and must not be empty or contain '@', '=', ',' or control characters"
    ),
    (
      #"{"assay": 1, "name": "n", "description": [], "stages": {S}}"#, "/description",
      "expected a string, found an array"
    ),
    (
      #"{"assay": 1, "name": "n", "$schema": 1, "stages": {S}}"#, "/$schema",
      "expected a string, found a whole number"
    ),
    (
      #"{"assay": 1, "name": "n", "stage": {}, "stages": {S}}"#, "/stage",
      "a pipeline has no 'stage'; it has $schema, assay, name, description, include, parameters, axes, exclude, stages, references"
    ),
    (
      #"{"assay": 1, "name": "n", "parameters": [], "stages": {S}}"#, "/parameters",
      "expected an object: values by name, found an array"
    ),
    (
      #"{"assay": 1, "name": "n", "axes": 3, "stages": {S}}"#, "/axes",
      "expected an object: lists of values by name, found a whole number"
    ),
    (
      #"{"assay": 1, "name": "n", "exclude": {}, "stages": {S}}"#, "/exclude",
      "expected an array: cells, each an object of values by axis, found an object"
    ),
    (
      #"{"assay": 1, "name": "n", "exclude": [3], "stages": {S}}"#, "/exclude/0",
      "expected an object: values by axis, found a whole number"
    ),
    (
      #"{"assay": 1, "name": "n", "exclude": [{}], "stages": {S}}"#, "/exclude/0",
      "an empty entry would exclude every cell"
    ),
    (
      #"{"assay": 1, "name": "n", "exclude": [{"x": 1}], "stages": {S}}"#, "/exclude/0/x",
      "no axis 'x'"
    ),
    (
      #"{"assay": 1, "name": "n", "stages": []}"#, "/stages",
      "expected an object: stages by name, found an array"
    ),
    (
      #"{"assay": 1, "name": "n", "stages": {S, "b": 5}}"#, "/stages/b",
      "expected an object: a stage with 'uses', found a whole number"
    ),
    (
      #"{"assay": 1, "name": "n", "stages": {S, "b c": {"uses": "two-outputs"}}}"#, "/stages/b c",
      "the name 'b c' may contain only ASCII letters, digits, '-' and '_'"
    ),
    (
      #"{"assay": 1, "name": "n", "stages": {S, "": {"uses": "two-outputs"}}}"#, "/stages/",
      "the name '' may contain only ASCII letters, digits, '-' and '_'"
    ),
    (
      #"{"assay": 1, "name": "n", "stages": {S, "a": {"uses": "two-outputs"}}}"#, "/stages/a",
      "'a' occurs twice in one object, first on line 1"
    ),
  ])
  func mistakesAtTopLevelAreReported(_ text: String, _ pointer: String, _ message: String) {
    let found = TestPipelines.diagnostics(text.replacing("S", with: stage, maxReplacements: 1))
    #expect(found.map(\.message) == [message])
    #expect(found.map(\.pointer) == [pointer])
  }

  @Test(arguments: [
    (#""x": []"#, "an axis must have at least one value"),
    (#""x": "ab""#, "expected an array: the values of an axis, found a string"),
    (
      #""x": [1, null]"#,
      "expected a string, a number, a boolean, or an object with a name as axis value, found null"
    ),
    (
      #""x": [1, [2]]"#,
      "expected a string, a number, a boolean, or an object with a name as axis value, found an array"
    ),
    (
      #""x": [{"size": 1}]"#,
      "an object on an axis must have a \"name\", which is part of the names of its cells"
    ),
    (
      #""x": [{"name": ""}]"#,
      "'' is part of cell names and must not be empty or contain '@', '=', ',' or control characters"
    ),
    (
      #""x": ["a,b"]"#,
      "'a,b' is part of cell names and must not be empty or contain '@', '=', ',' or control characters"
    ),
    (#""x": [1, 1.0]"#, "the value '1' occurs twice on this axis"),
    (#""x": ["1", 1]"#, "the value '1' occurs twice on this axis"),
    (#""x": [{"name": "a"}, "a"]"#, "the value 'a' occurs twice on this axis"),
    (
      #""x": ["${y}"]"#,
      "no parameter 'y'; only parameters of the same file can be referred to here"
    ),
    (
      #""x": [{"name": "a", "root": "${x}"}]"#,
      "no parameter 'x'; only parameters of the same file can be referred to here"
    ),
    (#""x": "${y""#, "unterminated '${'"),
  ])
  func mistakesOnAxesAreReported(_ axis: String, _ message: String) {
    // Only the invalid axis is reported, however it is used.
    let text = TestPipelines.text(
      #""a": {"uses": "program", "with": {"anything": "${x}"}}, "#
        + #""b": {"uses": "program", "needs": "a"}"#, #""axes": {"# + axis + "}, ")
    #expect(TestPipelines.messages(text) == [message])
  }

  @Test func axesAndParametersCannotShareNames() {
    #expect(
      TestPipelines.messages(
        TestPipelines.text(
          #""a": {"uses": "ingest/pbc", "with": {"root": "${x}"}}"#,
          #""parameters": {"x": 1}, "axes": {"x": ["r"]}, "#))
        == ["'x' is already the name of a parameter; give the axis another name"])
  }

  @Test func parametersCannotContainReferences() {
    #expect(
      TestPipelines.messages(
        TestPipelines.text(
          #""a": {"uses": "program", "with": {"anything": ["${x}", "${y}"]}}"#,
          #""parameters": {"x": {"deep": ["${y}"]}, "y": 1, "y": 2}, "#))
        == [
          "a parameter cannot refer to another value",
          "'y' occurs twice in one object, first on line 1",
        ])
  }
}
