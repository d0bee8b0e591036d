import PipelineDSL
import Testing

@Suite struct PipelineSchemaTests {
  private let schema = PipelineSchema.make(for: TestKinds.all)

  private func problems(_ text: String) throws -> [String] {
    SchemaValidator(root: schema).problems(try JSONParser.parse(text))
  }

  @Test func validPipelinesConform() throws {
    #expect(try problems(TestPipelines.fiveClass) == [])
    #expect(
      try problems(
        TestPipelines.text(
          #""x": {"uses": "program", "with": {"environment": {"A": "${a.b}"}, "gives": ["${c}"]}, "seed": "${s}"}, "#
            + #""y": {"uses": "crop-normalise", "needs": {"samples": ["x", "z.files"]}, "gather": "a", "with": {"size": "${n}", "margin": 0.5}, "#
            + #""reference": [{"metric": "m", "value": 1, "source": "s", "when": {"a": 1}}], "checks": [{"metric": "m", "at-most": 1}]}, "#
            + #""z": {"uses": "optics", "with": {"flat": null, "gain": -4, "dark": true}}"#,
          #""axes": {"a": [1, "x", true, {"name": "n", "b": 2}]}, "exclude": [{"a": 1}], "#)) == [])
  }

  private let grid = #"""
    {"assay": 1, "part": true, "description": "d", "parameters": {"size": null, "seeds": [1]},
     "axes": {"seed": "${seeds}", "net": [{"name": "n", "w": "${size}/x"}]},
     "exclude": [{"net": "n"}], "include": ["../a/b.json"],
     "stages": {"a": {"uses": "two-outputs"}}}
    """#

  @Test func partsAndFilesThatIncludeThemConform() throws {
    #expect(try problems(grid) == [])
    #expect(try problems(#"{"assay": 1, "part": true}"#) == [])
    #expect(
      try problems(
        #"{"assay": 1, "name": "n", "include": ["a.json", {"file": "b.json", "with": {"x": [1]}}, "#
          + #"{"part": \#(grid)}], "references": {"a": [{"metric": "m", "value": 1}, "#
          + #"{"axes": ["net"], "metrics": ["m", "n"], "rows": [["n", 1, null]]}], "#
          + #""b": {"metrics": ["m"], "rows": [[1]], "source": "s"}}}"#) == [])
  }

  @Test(arguments: [
    #"{"assay": 1, "name": "n", "include": "a.json"}"#,
    #"{"assay": 1, "name": "n", "include": ["/a.json"]}"#,
    #"{"assay": 1, "name": "n", "include": [{"with": {}}]}"#,
    #"{"assay": 1, "name": "n", "include": [{"file": "a.json", "what": 1}]}"#,
    #"{"assay": 1, "name": "n", "include": [{"part": {"assay": 1, "name": "m", "include": []}}]}"#,
    #"{"assay": 1, "part": true, "name": "n", "stages": {"a": {"uses": "two-outputs"}}}"#,
    #"{"assay": 1, "part": false, "name": "n", "stages": {"a": {"uses": "two-outputs"}}}"#,
    #"{"assay": 1, "name": "n", "references": {"a": {"metric": "m"}}, "stages": {"a": {"uses": "two-outputs"}}}"#,
    #"{"assay": 1, "name": "n", "references": {"a": {"metrics": ["m"]}}, "stages": {"a": {"uses": "two-outputs"}}}"#,
  ])
  func invalidIncludesAreRefused(_ text: String) throws {
    #expect(try !problems(text).isEmpty)
    #expect(!TestPipelines.messages(text).isEmpty)
  }

  @Test(arguments: [
    #"{"name": "n", "stages": {"a": {"uses": "two-outputs"}}}"#,
    #"{"assay": 2, "name": "n", "stages": {"a": {"uses": "two-outputs"}}}"#,
    #"{"assay": 1, "stages": {"a": {"uses": "two-outputs"}}}"#,
    #"{"assay": 1, "name": "n", "stages": {}}"#,
    #"{"assay": 1, "name": "n", "stage": 1, "stages": {"a": {"uses": "two-outputs"}}}"#,
    #"{"assay": 1, "name": "n", "axes": {"x": []}, "stages": {"a": {"uses": "two-outputs"}}}"#,
    #"{"assay": 1, "name": "n", "axes": {"x": [null]}, "stages": {"a": {"uses": "two-outputs"}}}"#,
    #"{"assay": 1, "name": "n", "axes": {"x": [{"size": 1}]}, "stages": {"a": {"uses": "two-outputs"}}}"#,
    #"{"assay": 1, "name": "n", "exclude": [{}], "stages": {"a": {"uses": "two-outputs"}}}"#,
    #"{"assay": 1, "name": "n", "parameters": {"a b": 1}, "stages": {"a": {"uses": "two-outputs"}}}"#,
  ])
  func invalidTopLevelsAreRefused(_ text: String) throws {
    #expect(try !problems(text).isEmpty)
    #expect(!TestPipelines.messages(text).isEmpty)
  }

  @Test(arguments: [
    #"{}"#, #"{"uses": "no-kind"}"#, #"{"uses": "two-outputs", "extra": 1}"#,
    #"{"uses": "ingest/pbc"}"#, #"{"uses": "ingest/pbc", "with": {}}"#,
    #"{"uses": "program", "with": {"what": 1}}"#,
    #"{"uses": "program", "with": {"gives": "x"}}"#,
    #"{"uses": "program", "with": {"gives": [1]}}"#,
    #"{"uses": "program", "with": {"environment": {"A": 1}}}"#,
    #"{"uses": "optics", "with": {"gain": 11}}"#, #"{"uses": "optics", "with": {"offset": 1.5}}"#,
    #"{"uses": "optics", "with": {"dark": "yes"}}"#, #"{"uses": "optics", "with": {"flat": 1}}"#,
    #"{"uses": "crop-normalise", "with": {"method": "nearest"}}"#,
    #"{"uses": "program", "needs": 1}"#, #"{"uses": "program", "needs": {"a": [1]}}"#,
    #"{"uses": "split", "seed": -1}"#, #"{"uses": "split", "seed": "x"}"#,
    #"{"uses": "program", "gather": 1}"#, #"{"uses": "program", "resources": {"cpus": 0}}"#,
    #"{"uses": "program", "resources": {"memory": "1 GB"}}"#,
    #"{"uses": "program", "resources": {"time": "1:99:00"}}"#,
    #"{"uses": "program", "checks": [{"metric": "m"}]}"#,
    #"{"uses": "program", "checks": [{"metric": "m", "at-least": 1, "at-most": 2}]}"#,
    #"{"uses": "program", "reference": [{"metric": "m"}]}"#,
  ])
  func invalidStagesAreRefused(_ stage: String) throws {
    let text = TestPipelines.text(#""a": "# + stage)
    #expect(try !problems(text).isEmpty)
    // `check` also refuses everything the schema refuses.
    #expect(!TestPipelines.messages(text).isEmpty)
  }

  @Test func stageWithoutAKindIsOneProblem() throws {
    // Not one problem for each kind whose parameters it lacks.
    #expect(try problems(TestPipelines.text(#""a": {}"#)) == ["/stages/a: 'uses' is missing"])
  }

  @Test func schemaContainsHelpAndDefaults() throws {
    let rules = try #require(schema["$defs"]?["stage"]?["allOf"]?.elements)
    #expect(rules.count == TestKinds.all.kinds.count)
    let crop = try #require(
      rules.first { $0["if"]?["properties"]?["uses"]?["const"] == "crop-normalise" }?["then"])
    #expect(crop["description"] == "Does nothing.")
    let size = try #require(crop["properties"]?["with"]?["properties"]?["size"])
    #expect(size["default"] == 224 && size["description"] == "pixels")
    #expect(size["anyOf"]?.elements?.first == ["type": "integer", "minimum": 8, "maximum": 1024])
    let words = schema["$defs"]?["stage"]?["properties"]?["uses"]?["enum"]?.elements
    #expect(words?.compactMap(\.text) == TestKinds.all.names)
  }

  @Test func everyMemberHasAText() {
    var silent: [String] = []
    func look(_ schema: JSONValue, _ place: String) {
      if let object = schema.object {
        for (name, member) in object.members {
          if name == "properties", !place.hasSuffix("/if") {
            for (field, form) in member.object?.members ?? [] where form["description"] == nil {
              silent.append("\(place)/\(field)")
            }
          }
          look(member, "\(place)/\(name)")
        }
      }
      for (index, element) in (schema.elements ?? []).enumerated() {
        look(element, "\(place)/\(index)")
      }
    }
    look(schema, "")
    #expect(silent == [])
  }

  @Test func everyKindHasATextInTheListOfKinds() {
    let uses = schema["$defs"]?["stage"]?["properties"]?["uses"]
    #expect(uses?["enumDescriptions"]?.elements?.count == TestKinds.all.kinds.count)
    #expect(uses?["description"] != nil)
  }

  @Test func textIsDeterministic() throws {
    let text = JSONPrettyForm.text(of: schema)
    #expect(text == JSONPrettyForm.text(of: PipelineSchema.make(for: TestKinds.all)))
    #expect(try JSONParser.parse(text) == schema)
  }
}
