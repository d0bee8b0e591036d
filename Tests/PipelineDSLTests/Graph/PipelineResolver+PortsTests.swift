import PipelineDSL
import Testing

@Suite struct PipelineResolverPortsTests {
  private func messages(_ stages: String, _ more: String = "") -> [String] {
    TestPipelines.messages(TestPipelines.text(stages, more))
  }

  private let source = #""pbc": {"uses": "ingest/pbc", "with": {"root": "r"}}, "#
  private let images = #""o": {"uses": "optics"}, "p": {"uses": "optics"}, "#
  private let rest = #""s": {"uses": "split", "needs": "o"}, "#

  @Test func portsAreConnectedByType() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        images + rest
          + #""m": {"uses": "fine-tune", "needs": ["s", "p"], "with": {"backbone": "cnn"}}, "#
          + #""e": {"uses": "evaluate", "needs": ["m", "s", "p"]}, "c": {"uses": "compare", "needs": "e"}"#
      ))
    let joins = try #require(pipeline.cell(named: "e")).inputs.map { input in
      "\(input.port):\(input.type.rawValue) \(pipeline.cells[input.cell].name).\(input.output)"
    }
    // The history of `m` is a side port and is not connected by type.
    #expect(joins == ["model:model m.model", "split:split s.split", "images:images p.images"])
    #expect(pipeline.cell(named: "c")?.inputs.map(\.output) == ["metrics"])
  }

  @Test func sidePortsAreConnectedOnlyByName() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        images + rest
          + #""m": {"uses": "fine-tune", "needs": ["s", "o"], "with": {"backbone": "cnn"}}, "#
          + #""c": {"uses": "compare", "needs": "m.history"}, "#
          + #""d": {"uses": "compare", "needs": {"metrics": ["m.history", "c"]}}, "#
          + #""f": {"uses": "program", "needs": {"in": "m.history", "model": "m"}}, "#
          + #""q": {"uses": "two-inputs", "needs": {"left": "o", "right": "p"}}, "#
          + #""z": {"uses": "compare", "needs": "q.metrics"}"#))
    #expect(pipeline.cell(named: "c")?.inputs.map(\.output) == ["history"])
    #expect(pipeline.cell(named: "d")?.inputs.map(\.output) == ["history", "metrics"])
    #expect(pipeline.cell(named: "f")?.inputs.map(\.port) == ["in", "model"])
    #expect(pipeline.cell(named: "q")?.inputs.map(\.port) == ["left", "right"])
  }

  @Test("an input of any number takes none, one or several artifacts")
  func inputsOfAnyNumber() throws {
    for (needs, count) in [(#""o""#, 1), (#"["o", "pbc"]"#, 2), (#"["o", "pbc", "c"]"#, 3)] {
      let pipeline = try TestPipelines.resolve(
        TestPipelines.text(
          images + source + #""c": {"uses": "ingest/c-nmc", "with": {"root": "r"}}, "#
            + #""y": {"uses": "survey", "needs": \#(needs)}"#))
      #expect(pipeline.cell(named: "y")?.inputs.count == count)
    }
  }

  @Test func openStagesNamePortsAfterStages() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        images + #""x": {"uses": "program", "needs": ["o", "p.images"]}, "#
          + #""y": {"uses": "program", "needs": {"in": ["o", "p"], "more": "x"}}"#))
    #expect(pipeline.cell(named: "x")?.inputs.map(\.port) == ["o", "p"])
    #expect(pipeline.cell(named: "y")?.inputs.map(\.port) == ["in", "in", "more"])
  }

  @Test func mismatchesAreReported() {
    #expect(
      messages(
        source
          + #""c": {"uses": "crop-normalise", "needs": "pbc"}, "x": {"uses": "harmonise-labels", "needs": "c"}"#
      )
        == [
          "'c' produces images, but 'harmonise-labels' takes samples",
          "'x' needs a stage that produces samples for its input 'samples'",
        ])
    #expect(
      messages(source + #""y": {"uses": "ingest/pbc", "needs": "pbc", "with": {"root": "r"}}"#)
        == ["'pbc' produces samples, but 'ingest/pbc' takes nothing"])
    #expect(
      messages(source + images + rest + #""a": {"uses": "augment", "needs": {"split": "o"}}"#)
        == ["'o' produces images, but the input 'split' takes split"])
    #expect(
      messages(source + #""c": {"uses": "crop-normalise", "needs": "pbc.files"}"#)
        == [
          "'pbc.files' produces files, but 'crop-normalise' takes samples",
          "'c' needs a stage that produces samples for its input 'samples'",
        ])
  }

  @Test func unknownPortsAreReportedWithTheNearest() {
    #expect(
      messages(source + #""c": {"uses": "crop-normalise", "needs": {"sample": "pbc"}}"#) == [
        "'crop-normalise' has no input 'sample'; it has samples [samples]"
      ])
    #expect(
      messages(source + #""c": {"uses": "crop-normalise", "needs": "pbc.sampels"}"#).first
        == "'pbc' has no output 'sampels'; it has samples and files [samples]")
    #expect(
      messages(
        source + #""d": {"uses": "ingest/pbc", "needs": {"x": "pbc"}, "with": {"root": "r"}}"#)
        == ["'ingest/pbc' has no input 'x'; it has nothing"])
  }

  @Test func missingInputsAreNamed() {
    #expect(
      messages(#""e": {"uses": "evaluate"}"#) == [
        "'e' needs a stage that produces model for its input 'model'",
        "'e' needs a stage that produces images for its input 'images'",
        "'e' needs a stage that produces split for its input 'split'",
      ])
    #expect(
      messages(#""c": {"uses": "compare", "needs": []}"#)
        == ["'c' needs a stage that produces metrics for its input 'metrics'"])
    // If a need was not understood, it is unknown which inputs are missing.
    #expect(
      messages(#""e": {"uses": "evaluate", "needs": "nothing"}"#)
        == ["no stage 'nothing'"])
    #expect(
      messages(#""x": {"uses": "no-kind"}, "e": {"uses": "evaluate", "needs": "x"}"#)
        == ["unknown stage kind 'no-kind'"])
  }

  @Test func singleInputsTakeOneArtifact() {
    #expect(
      messages(images + #""s": {"uses": "split", "needs": ["o", "p"]}"#) == [
        "the input 'images' takes one artifact, but o.images and p.images are connected to it; "
          + #"name one of them, as {"images": "o"}"#
      ])
    #expect(
      messages(
        images + rest + #""a": {"uses": "augment", "needs": {"split": "s", "images": ["o", "p"]}}"#
      )
      .first?.hasPrefix("the input 'images' takes one artifact") == true)
    #expect(
      messages(
        #""o": {"uses": "optics", "with": {"gain": "${g}"}}, "s": {"uses": "split", "needs": "o", "gather": "g"}"#,
        #""axes": {"g": [1, 2]}, "#)
        == ["the input 'images' takes one artifact and cannot gather along 'g'"])
  }

  @Test func ambiguityIsReported() {
    #expect(
      messages(images + #""t": {"uses": "two-inputs", "needs": "o"}"#).first
        == #"'o' matches the inputs left and right; name one of them, as {"left": "o"}"#)
    #expect(
      messages(#""t": {"uses": "two-outputs"}, "c": {"uses": "crop-normalise", "needs": "t"}"#)
        .first
        == "'t' produces day and night, which all match the input 'samples'; "
        + #"name one of them, as "t.day""#)
    #expect(
      messages(#""t": {"uses": "two-outputs"}, "x": {"uses": "program", "needs": "t"}"#)
        == [
          "'t' produces day and night, which all match the input 't'; "
            + #"name one of them, as "t.day""#
        ])
    #expect(
      messages(
        images
          + #""t": {"uses": "two-inputs", "needs": {"left": "o", "right": "p"}}, "c": {"uses": "compare", "needs": "t"}"#
      )
      .first
        == #"'t' produces metrics only as side outputs; name one of them, as "t.metrics""#)
  }
}
