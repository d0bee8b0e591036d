import Testing

@testable import PipelineDSL

@Suite struct DocumentReaderStageTests {
  @Test(arguments: [
    (
      #""usess": 1"#,
      "a stage has no 'usess'; it has uses, description, needs, with, seed, gather, resources, checks, reference [uses]"
    ),
    (#""description": 1"#, "expected a string, found a whole number"),
    (#""with": []"#, "expected an object: parameters by name, found an array"),
    (#""needs": 3"#, "expected a stage, an array of stages, or stages by port, found 3"),
    (#""needs": [3]"#, "expected the name of a stage, or 'stage.output', found 3"),
    (#""needs": """#, "expected the name of a stage, or 'stage.output', found \"\""),
    (#""needs": ".""#, "expected the name of a stage, or 'stage.output', found \".\""),
    (#""needs": "x.""#, "expected the name of a stage, or 'stage.output', found \"x.\""),
    (#""needs": ".x""#, "expected the name of a stage, or 'stage.output', found \".x\""),
    (
      #""needs": {"../x": "one"}"#,
      "the name '../x' may contain only ASCII letters, digits, '-' and '_'"
    ),
    (#""needs": {"in": {}}"#, "expected the name of a stage, or 'stage.output', found an object"),
    (#""needs": {"in": ["one", "one"]}"#, "'one' occurs twice in 'needs'"),
    (#""needs": ["one.out", "one.out"]"#, "'one.out' occurs twice in 'needs'"),
    (#""needs": "oen""#, "no stage 'oen' [one]"),
    (#""seed": "x""#, "expected a whole number of at least 0 or a reference to one, found \"x\""),
    (#""seed": 1.5"#, "expected a whole number of at least 0 or a reference to one, found 1.5"),
    (#""seed": -1"#, "expected a whole number of at least 0 or a reference to one, found -1"),
    (#""gather": 1"#, "expected the name of an axis, found 1"),
    (#""gather": ["fold", null]"#, "expected the name of an axis, found null"),
    (#""gather": "nope""#, "no axis 'nope'"),
    (#""resources": 4"#, "expected an object: cpus, memory, time, gres, found a whole number"),
    (
      #""resources": {"cpu": 4}"#,
      "'resources' has no 'cpu'; it has cpus, memory, time, gres [cpus]"
    ),
    (
      #""resources": {"gres": "gpu:"}"#,
      "expected generic resources such as \"gpu:1\" or \"gpu:a100:2,shard:4\", found \"gpu:\""
    ),
    (#""resources": {"cpus": 0}"#, "expected a whole number of at least 1, found 0"),
    (#""resources": {"cpus": "4"}"#, "expected a whole number of at least 1, found \"4\""),
    (
      #""resources": {"memory": "16 GB"}"#,
      "expected memory such as \"16 GiB\" or \"512 MiB\", found \"16 GB\""
    ),
    (
      #""resources": {"memory": 16}"#, "expected memory such as \"16 GiB\" or \"512 MiB\", found 16"
    ),
    (#""resources": {"time": "12:00"}"#, "expected a time such as \"12:00:00\", found \"12:00\""),
    (#""checks": {}"#, "expected an array: checks, each a metric and a threshold, found an object"),
    (#""checks": [1]"#, "expected an object: a metric and a threshold, found a whole number"),
    (#""checks": [{"at-least": 1}]"#, "'metric' of this check is missing"),
    (#""checks": [{"metric": "m"}]"#, "a check must have either \"at-least\" or \"at-most\""),
    (
      #""checks": [{"metric": "m", "at-least": 1, "at-most": 2}]"#,
      "a check must have either \"at-least\" or \"at-most\""
    ),
    (#""checks": [{"metric": "m", "at-least": "1"}]"#, "expected a number, found \"1\""),
    (
      #""checks": [{"metric": "record/test-evaluation", "at-most": 1}]"#,
      "the record has no number 'record/test-evaluation'; it has record/test-evaluations; did you mean 'record/test-evaluations'?"
    ),
    (
      #""checks": [{"metric": "m", "at-leats": 1, "at-most": 2}]"#,
      "a check has no 'at-leats'; it has metric, at-least, at-most [at-least]"
    ),
    (
      #""reference": 1"#,
      "expected an array: published numbers, found a whole number"
    ),
    (
      #""reference": [1]"#,
      "expected an object: a published number, or a table of them, found a whole number"
    ),
    (#""reference": [{"value": 1}]"#, "'metric' of this reference is missing"),
    (#""reference": [{"metric": "m"}]"#, "a reference must have a \"value\", a number"),
    (
      #""reference": [{"metric": "m", "value": "1"}]"#,
      "a reference must have a \"value\", a number"
    ),
    (
      #""reference": [{"metric": "m", "value": 1, "source": 2}]"#,
      "expected a string, found a whole number"
    ),
    (
      #""reference": [{"metric": "m", "value": 1, "when": "x"}]"#,
      "expected an object: values by axis, found a string"
    ),
    (
      #""reference": [{"metric": "m", "value": 1, "when": {"fild": 1}}]"#,
      "no axis 'fild' [fold]"
    ),
    (
      #""reference": [{"metric": "m", "value": 1, "when": {"fold": 3}}]"#,
      "the axis 'fold' has no value 3"
    ),
    (
      #""reference": [{"metric": "m", "value": 1, "when": {"fold": 1}}]"#,
      "'two' does not vary along the axis 'fold'"
    ),
  ])
  func mistakesInStagesAreReported(_ field: String, _ message: String) {
    // `seed` on a kind that draws, all others on one that accepts any value.
    let kind =
      field.hasPrefix("\"seed\"")
      ? #""fine-tune", "with": {"backbone": "cnn"}, "needs": []"# : "\"program\""
    let text = TestPipelines.text(
      #""one": {"uses": "program"}, "fold": {"uses": "program", "with": {"anything": "${fold}"}}, "#
        + #""two": {"uses": "# + kind + ", " + field + "}", #""axes": {"fold": [1, 2]}, "#)
    let found = TestPipelines.messages(text).filter {
      !$0.contains("needs a stage that produces") && !$0.contains("nothing this stage needs")
    }
    #expect(found.first == message)
  }

  @Test func allFieldsAreRead() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        #"""
        "one": {"uses": "program", "with": {"anything": "${fold}"},
                "reference": [{"metric": "m", "value": 0.9, "source": "Paper A", "when": {"fold": 2}},
                              {"metric": "n", "value": 1}]},
        "two": {"uses": "program", "description": "why", "needs": {"in": ["one.out"]},
                "gather": "fold", "resources": {"cpus": 2, "memory": "1.5 GiB", "time": "01:02:03", "gres": "gpu:1"},
                "checks": [{"metric": "m", "at-least": 0.5}, {"metric": "n", "at-most": 2}]}
        """#, #""axes": {"fold": [1, 2]}, "#))
    let two = try #require(pipeline.cell(named: "two"))
    #expect(two.resources == Resources(cpus: 2, memory: 1_610_612_736, time: 3723, gres: "gpu:1"))
    #expect(two.checks.map(\.text) == ["m at-least 0.5", "n at-most 2"])
    #expect(two.inputs.map(\.port) == ["in", "in"])
    #expect(pipeline.stage("two")?.description == "why")
    #expect(pipeline.cell(named: "one@fold=1")?.references.map(\.metric) == ["n"])
    #expect(pipeline.cell(named: "one@fold=2")?.references.map(\.metric) == ["m", "n"])
    #expect(pipeline.cell(named: "one@fold=2")?.references.first?.source == "Paper A")
  }

  @Test func sizesAreParsed() {
    #expect(ByteCount.parse("16 GiB") == 17_179_869_184)
    #expect(
      ByteCount.parse("512MiB") == 536_870_912 && ByteCount.parse("1 KiB") == 1024)
    #expect(ByteCount.parse("0.5 TiB") == 549_755_813_888)
    for text in [
      "", "GiB", "1", "1 GB", "-1 GiB", "0 GiB", "1e3 GiB", "½ GiB", "9999999999 TiB", "1 GiB ",
      "0.0001 KiB",
    ] {
      #expect(ByteCount.parse(text) == nil, "\(text)")
    }
  }

  @Test func timesAreParsed() {
    #expect(ResourceText.seconds(of: "12:00:00") == 43200)
    #expect(
      ResourceText.seconds(of: "0:0:1") == 1 && ResourceText.seconds(of: "100:59:59") == 363599)
    for text in [
      "", "1", "1:2", "0:0:0", "1:60:0", "1:0:60", "-1:0:0", "a:b:c", "1:2:3:4", "999999:0:0",
      "9223372036854775807:0:0",
    ] {
      #expect(ResourceText.seconds(of: text) == nil, "\(text)")
    }
  }
}
