import PipelineDSL
import Testing

@Suite struct PipelineTextTests {
  @Test func namesOfPartsComeFirst() throws {
    let pipeline = try TestPipelines.resolve(
      #"{"assay": 1, "name": "p", "include": ["g.json"], "axes": {"b": [1]}, "#
        + #""stages": {"y": {"uses": "program", "needs": "x", "with": {"anything": "${b}"}}}}"#,
      parts: [
        "g.json": TestPipelines.part(
          #""x": {"uses": "program", "with": {"anything": "${a}"}}"#, #""axes": {"a": [1]}, "#)
      ])
    let text = PipelineText(String(decoding: pipeline.text, as: UTF8.self))
    #expect(text.axes == ["a", "b"] && text.axes == pipeline.axes)
    #expect(text.stages.map(\.name) == ["x", "y"])
    #expect(text.stages[1].value["needs"] == "x")
  }

  @Test(arguments: [nil, "", "[]", "{", #"{"include": [1, {"part": 2}], "axes": 1, "stages": 3}"#])
  func whatCannotBeReadIsLeftOut(_ text: String?) {
    let text = PipelineText(text)
    #expect(text.axes.isEmpty && text.stages.isEmpty)
  }
}
