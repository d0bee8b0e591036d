import PipelineDSL
import Testing

@Suite struct PipelineResolverNamesTests {
  private func messages(_ stages: String, _ more: String = "") -> [String] {
    TestPipelines.messages(TestPipelines.text(stages, more))
  }

  private func anything(_ value: String, _ more: String = "") -> [String] {
    messages(#""x": {"uses": "program", "with": {"anything": \#(value)}}"#, more)
  }

  @Test func unknownNamesAreReportedWithTheNearest() {
    #expect(
      messages(#""x": {"uses": "progarm"}"#) == ["unknown stage kind 'progarm' [program]"])
    #expect(
      messages(#""x": {"uses": "program", "needs": ["model", "z"]}, "modle": {"uses": "program"}"#)
        == ["no stage 'model' [modle]", "no stage 'z'"])
    #expect(
      anything(#"["${sise}", "${size}"]"#, #""parameters": {"size": 1}, "#)
        == ["no parameter or axis 'sise' [size]"])
    #expect(anything(#""${""#) == ["unterminated '${'"])
    #expect(anything(#""${}""#) == ["no parameter or axis ''"])
    #expect(
      anything(#"["${p.dpeth}", "${p.depth}"]"#, #""parameters": {"p": {"depth": 1}}, "#)
        == ["the parameter 'p' has no field 'dpeth' [depth]"])
    #expect(
      anything(#""${p.x}""#, #""parameters": {"p": 1}, "#)
        == ["the parameter 'p' has no field 'x'"])
  }

  @Test func unusedNamesAreReported() {
    #expect(
      anything(#""${a}""#, #""parameters": {"a": 1, "b": 2}, "axes": {"c": [1]}, "#) == [
        "no stage uses the parameter 'b'", "no stage varies along the axis 'c'",
      ])
    // An escaped reference is not a reference.
    #expect(
      anything(#""$${a}""#, #""parameters": {"a": 1}, "#) == ["no stage uses the parameter 'a'"])
    #expect(
      anything("1", #""parameters": {"seed": 1}, "#) == ["no stage uses the parameter 'seed'"])
    // A stage of an unknown kind may draw random numbers.
    #expect(
      messages(#""x": {"uses": "splt"}"#, #""parameters": {"seed": 1}, "#)
        == ["unknown stage kind 'splt' [split]"])
  }

  @Test(arguments: [
    ("[1]", "an array"), (#"{"x": 1}"#, "an object"),
  ])
  func structuresCannotBePartOfAString(_ value: String, _ kind: String) {
    #expect(
      anything(#"["a ${p}", "${p}"]"#, #""parameters": {"p": \#(value)}, "#)
        == ["'${p}' is \(kind) and cannot be part of a longer string"])
    #expect(
      anything(#"["a ${p.f}"]"#, #""axes": {"p": [{"name": "n", "f": \#(value)}]}, "#)
        == ["'${p.f}' is \(kind) and cannot be part of a longer string"])
  }

  @Test func stringsWithANullAreNull() throws {
    let text = TestPipelines.text(
      #""x": {"uses": "program", "with": {"anything": ["${p}/a", "${n.w}", "b${n.w}${n}", "${p}"]}}"#,
      #""parameters": {"p": "w"}, "axes": {"n": [{"name": "f", "w": null}, {"name": "g", "w": 1}]}, "#
    )
    let pipeline = try TestPipelines.resolve(text)
    #expect(
      pipeline.cells.map { $0.parameters["anything"] } == [
        ["w/a", .null, .null, "w"], ["w/a", 1, "b1g", "w"],
      ])
    let off = try TestPipelines.resolve(text, overrides: [("p", .null)])
    #expect(off.cells[1].parameters["anything"] == [.null, 1, "b1g", .null])
    #expect(off.parameters == ["p": .null])
  }

  // MARK: Seeds

  private func seeds(_ seed: String, _ more: String) throws -> [Int?] {
    try TestPipelines.resolve(
      TestPipelines.text(
        #""i": {"uses": "optics"}, "s": {"uses": "split", "needs": "i"\#(seed)}"#, more)
    ).cells.filter { $0.stage == "s" }.map(\.seed)
  }

  @Test func seedComesFromFieldParameterAxisOrIsZero() throws {
    #expect(try seeds("", "") == [0])
    #expect(try seeds("", #""parameters": {"seed": 17}, "#) == [17])
    #expect(try seeds("", #""axes": {"seed": [1, 2, 3.0]}, "#) == [1, 2, 3])
    #expect(try seeds(#", "seed": 5"#, "") == [5])
    #expect(try seeds(#", "seed": "${repeat}""#, #""axes": {"repeat": [4, 6]}, "#) == [4, 6])
    #expect(
      try seeds(#", "seed": "${r.s}""#, #""axes": {"r": [{"name": "a", "s": 8}]}, "#) == [8])
    let pipeline = try TestPipelines.resolve(TestPipelines.fiveClass)
    #expect(pipeline.cell(named: "cells")?.seed == nil && pipeline.cell(named: "split")?.seed == 17)
  }

  @Test func seedsAreChecked() {
    let stages = #""i": {"uses": "optics"}, "s": {"uses": "split", "needs": "i"}"#
    #expect(
      messages(stages, #""parameters": {"seed": "x"}, "#)
        == ["a seed must be a whole number of at least 0, found \"x\""])
    #expect(
      messages(stages, #""axes": {"seed": [1, -2, "z"]}, "#) == [
        "a seed must be a whole number of at least 0, found -2",
        "a seed must be a whole number of at least 0, found \"z\"",
      ])
    let own = #""i": {"uses": "optics"}, "s": {"uses": "split", "needs": "i", "seed": "${p}"}"#
    #expect(
      messages(own, #""parameters": {"p": 1.5}, "#)
        == ["a seed must be a whole number of at least 0, found 1.5"])
    #expect(messages(own) == ["no parameter or axis 'p'"])
    #expect(
      messages(#""i": {"uses": "optics", "seed": 3}"#)
        == ["'optics' draws no random numbers, so a seed has no effect"])
  }
}
