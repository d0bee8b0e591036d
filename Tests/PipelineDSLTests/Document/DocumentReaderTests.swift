import PipelineDSL
import Testing

@Suite struct DocumentReaderTests {
  private func diagnostics(_ text: String) -> [String] {
    TestPipelines.diagnostics(text).map(\.text)
  }

  private let stage = #""a": {"uses": "ingest/pbc", "with": {"root": "r"}}"#

  @Test func syntaxErrorStandsAlone() {
    #expect(
      diagnostics("{\n  \"assay\": 1,\n}") == ["p.json:2:13: error: a comma stands before '}'"])
    #expect(diagnostics("") == ["p.json:1:1: error: expected a value, found the end of the file"])
    #expect(
      diagnostics("[]") == ["p.json:1:1: error: expected an object: a pipeline, found an array"])
    // An override has nothing to replace, but that is not what is wrong.
    #expect(TestPipelines.messages("{", overrides: [("x", 1)]).count == 1)
  }

  @Test func requiredFieldsAreNamed() {
    #expect(
      diagnostics("{}") == [
        "p.json:1:1: error: 'assay' of this pipeline is missing: the version of the language, now 1",
        "p.json:1:1: error: 'name' of this pipeline is missing",
        "p.json:1:1: error: 'stages' of this pipeline is missing",
      ])
    #expect(TestPipelines.messages(TestPipelines.text("")) == ["there are no stages"])
    #expect(
      TestPipelines.messages(TestPipelines.text(#""a": {}, "b": {"uses": ""}"#)) == [
        "'uses' of this stage is missing", "'uses' of this stage is empty",
      ])
  }

  @Test(arguments: [
    (
      #"{"assay": 2, "name": "n", "stages": {S}}"#, "/assay",
      "this Assay reads version 1 of the language, found 2"
    ),
    (
      #"{"assay": "1", "name": "n", "stages": {S}}"#, "/assay",
      "this Assay reads version 1 of the language, found \"1\""
    ),
    (
      #"{"assay": 1, "name": 5, "stages": {S}}"#, "/name", "expected a string, found a whole number"
    ),
    (#"{"assay": 1, "name": "", "stages": {S}}"#, "/name", "'name' of this pipeline is empty"),
    (
      #"{"assay": 1, "name": "a@b", "stages": {S}}"#, "/name",
      "'a@b' stands in names and may not be empty or hold '@', '=', ',' or control characters"
    ),
    (
      #"{"assay": 1, "name": "a\r\nb", "stages": {S}}"#, "/name",
      "'a\r\nb' stands in names and may not be empty or hold '@', '=', ',' or control characters"
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
      "a pipeline has no 'stage'; it has $schema, assay, name, description, parameters, axes, exclude, stages"
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
      "there is no axis 'x'"
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
      "the name 'b c' may hold ASCII letters, digits, '-' and '_' only"
    ),
    (
      #"{"assay": 1, "name": "n", "stages": {S, "": {"uses": "two-outputs"}}}"#, "/stages/",
      "the name '' may hold ASCII letters, digits, '-' and '_' only"
    ),
    (
      #"{"assay": 1, "name": "n", "stages": {S, "a": {"uses": "two-outputs"}}}"#, "/stages/a",
      "'a' stands twice in one object, first on line 1"
    ),
  ])
  func topLevel(_ text: String, _ pointer: String, _ message: String) {
    let found = TestPipelines.diagnostics(text.replacing("S", with: stage, maxReplacements: 1))
    #expect(found.map(\.message) == [message])
    #expect(found.map(\.pointer) == [pointer])
  }

  @Test(arguments: [
    (#""x": []"#, "an axis has at least one value"),
    (#""x": "ab""#, "expected an array: the values of an axis, found a string"),
    (
      #""x": [1, null]"#,
      "an axis value is a string, a number, a truth value, or an object with a name, found null"
    ),
    (
      #""x": [1, [2]]"#,
      "an axis value is a string, a number, a truth value, or an object with a name, found an array"
    ),
    (#""x": [{"size": 1}]"#, "an object on an axis has a \"name\", by which its cells are called"),
    (
      #""x": [{"name": ""}]"#,
      "'' stands in names and may not be empty or hold '@', '=', ',' or control characters"
    ),
    (
      #""x": ["a,b"]"#,
      "'a,b' stands in names and may not be empty or hold '@', '=', ',' or control characters"
    ),
    (#""x": [1, 1.0]"#, "the value '1' stands twice on this axis"),
    (#""x": ["1", 1]"#, "the value '1' stands twice on this axis"),
    (#""x": [{"name": "a"}, "a"]"#, "the value 'a' stands twice on this axis"),
    (#""x": ["${y}"]"#, "an axis value is a value of its own and cannot refer to another"),
    (
      #""x": [{"name": "a", "root": "${y}"}]"#,
      "an axis value is a value of its own and cannot refer to another"
    ),
  ])
  func axes(_ axis: String, _ message: String) {
    // A wrong axis is the only thing reported, however it is used.
    let text = TestPipelines.text(
      #""a": {"uses": "program", "with": {"anything": "${x}"}}, "#
        + #""b": {"uses": "program", "needs": "a"}"#, #""axes": {"# + axis + "}, ")
    #expect(TestPipelines.messages(text) == [message])
  }

  @Test func namesOfAxesAndParametersDiffer() {
    #expect(
      TestPipelines.messages(
        TestPipelines.text(
          #""a": {"uses": "ingest/pbc", "with": {"root": "${x}"}}"#,
          #""parameters": {"x": 1}, "axes": {"x": ["r"]}, "#))
        == ["'x' is a parameter already; an axis needs a name of its own"])
  }

  @Test func parametersArePlain() {
    #expect(
      TestPipelines.messages(
        TestPipelines.text(
          #""a": {"uses": "program", "with": {"anything": ["${x}", "${y}"]}}"#,
          #""parameters": {"x": {"deep": ["${y}"]}, "y": 1, "y": 2}, "#))
        == [
          "a parameter is a value of its own and cannot refer to another",
          "'y' stands twice in one object, first on line 1",
        ])
  }
}
