import PipelineDSL
import Testing

struct DocumentReaderIncludeTests {
  private func diagnostics(
    _ text: String, _ parts: [String: String] = [:], file: String = "p.json"
  ) -> [String] {
    TestPipelines.diagnostics(text, parts: parts, file: file).map(\.textWithoutCode)
  }

  private func including(_ entries: String, _ more: String = "") -> String {
    #"{"assay": 1, "name": "test", "include": [\#(entries)]\#(more.isEmpty ? "" : ", " + more)}"#
  }

  private let leaf = TestPipelines.part(#""a": {"uses": "program"}"#)

  // MARK: What a part contributes

  /// A grid as the pipelines of a paper share it: it needs stages of the including file.
  private let grid = #"""
    {
      "assay": 1, "part": true, "description": "the grid",
      "parameters": { "epochs": 3, "size": null },
      "axes": { "backbone": ["vgg16", "cnn"], "augmentation": ["mixup", "cutmix"] },
      "exclude": [{ "backbone": "cnn", "augmentation": "mixup" }],
      "stages": {
        "augment": { "uses": "augment", "needs": "split", "with": { "policy": "${augmentation}" } },
        "model": { "uses": "fine-tune", "needs": ["cells", "split", "augment"],
                   "with": { "backbone": "${backbone}", "epochs": "${epochs}" } },
        "sized": { "uses": "program", "needs": "model", "with": { "anything": "${size}" } }
      }
    }
    """#

  private let paper = #"""
    {
      "assay": 1, "name": "paper",
      "include": [{ "file": "parts/grid.json", "with": { "epochs": "${rounds}" } }],
      "parameters": { "rounds": 7, "seed": 5, "size": 64 },
      "axes": { "fold": [1, 2] },
      "stages": {
        "pbc": { "uses": "ingest/pbc", "with": { "root": "d" } },
        "cells": { "uses": "crop-normalise", "needs": "pbc", "with": { "size": "${size}" } },
        "split": { "uses": "split", "needs": "cells", "seed": "${fold}" },
        "scores": { "uses": "evaluate", "needs": ["model", "cells", "split"] }
      }
    }
    """#

  @Test func stagesAxesAndExcludesJoin() throws {
    let pipeline = try TestPipelines.resolve(paper, parts: ["parts/grid.json": grid])
    #expect(pipeline.axes == ["backbone", "augmentation", "fold"])
    #expect(pipeline.parameters == ["rounds": 7, "seed": 5, "size": 64])
    #expect(
      pipeline.stages.map { "\($0.name) \($0.cells.count)" } == [
        "pbc 1", "cells 1", "split 2", "augment 4", "model 6", "sized 6", "scores 6",
      ])
    let model = try #require(
      pipeline.cell(named: "model@backbone=vgg16,augmentation=mixup,fold=2"))
    #expect(model.parameters["epochs"] == 7)
    // The part has no `seed`, so its stages take that of the pipeline.
    #expect(model.seed == 5)
    #expect(pipeline.cells.last { $0.stage == "sized" }?.parameters["anything"] == 64)
  }

  @Test func keysDoNotDependOnTheDivisionIntoFiles() throws {
    let one = #"""
      {"assay": 1, "name": "one", "axes": {"n": ["a", "b"]}, "stages": {
        "x": {"uses": "program", "with": {"anything": ["${n}", 3]}},
        "y": {"uses": "program", "needs": "x"}}}
      """#
    let two = #"""
      {"assay": 1, "name": "two", "include": ["x.json"], "parameters": {"k": 3},
       "stages": {"y": {"uses": "program", "needs": "x"}}}
      """#
    let part = TestPipelines.part(
      #""x": {"uses": "program", "with": {"anything": ["${n}", "${k}"]}}"#,
      #""parameters": {"k": 1}, "axes": {"n": ["a", "b"]}, "#)
    let (left, right) = (
      try TestPipelines.resolve(one), try TestPipelines.resolve(two, parts: ["x.json": part])
    )
    #expect(left.cells.map(\.name) == right.cells.map(\.name))
    #expect(left.cells.map(\.parameters) == right.cells.map(\.parameters))
    #expect(left.cells.map(\.inputs) == right.cells.map(\.inputs))
  }

  @Test func pathsAreRelativeToTheFileThatIncludes() throws {
    let parts = [
      "q/parts/a.json": including(#""./deep/b.json", "../../c.json""#, #""part": true"#)
        .replacing(#""name": "test", "#, with: ""),
      "q/parts/deep/b.json": TestPipelines.part(#""b": {"uses": "program"}"#),
      "c.json": TestPipelines.part(#""c": {"uses": "program", "needs": "b"}"#),
    ]
    let pipeline = try TestPipelines.resolve(
      including(#""parts/a.json""#), parts: parts, file: "./q/p.json")
    #expect(pipeline.stages.map(\.name) == ["b", "c"])
  }

  @Test func manyStagesKeepTheirOrder() throws {
    let names = (0..<1000).map { "s\($0)" }
    let stages = names.map { #""\#($0)": {"uses": "program", "with": {"anything": "${k}"}}"# }
    let parts = [
      "a.json": TestPipelines.part(
        stages.prefix(600).joined(separator: ","), #""parameters": {"k": 1}, "#),
      "b.json": TestPipelines.part(
        stages.dropFirst(600).joined(separator: ","), #""parameters": {"k": 1}, "#),
    ]
    let text = including(
      #""a.json", "b.json""#,
      #""stages": {"all": {"uses": "program", "needs": ["s999", "s0"]}}"#)
    let pipeline = try TestPipelines.resolve(text, parts: parts)
    #expect(pipeline.stages.map(\.name) == names + ["all"])
    #expect(pipeline.text == (try TestPipelines.resolve(text, parts: parts)).text)
  }

  // MARK: The recorded text

  @Test func textContainsThePartsAndGivesTheSamePipeline() throws {
    let pipeline = try TestPipelines.resolve(
      paper, overrides: [("rounds", 9)], parts: ["parts/grid.json": grid])
    let text = String(decoding: pipeline.text, as: UTF8.self)
    #expect(text.contains(#""file": "parts/grid.json""#) && text.contains("\"the grid\""))
    let again = try TestPipelines.resolve(
      text, overrides: pipeline.parameters.members, file: "paper.json")
    #expect(again.text == pipeline.text)
    #expect(again.cells.map(\.name) == pipeline.cells.map(\.name))
    #expect(again.cells.map(\.parameters) == pipeline.cells.map(\.parameters))
    #expect(again.cells.map(\.seed) == pipeline.cells.map(\.seed))
    #expect(again.parameters == pipeline.parameters)
  }

  @Test func shortAndNestedEntriesAreRecordedWithTheirParts() throws {
    let outer = TestPipelines.part(
      #""b": {"uses": "program"}"#, #""include": ["x/a.json"], "#)
    let pipeline = try TestPipelines.resolve(
      including(#""b.json""#), parts: ["b.json": outer, "x/a.json": leaf])
    let root = try JSONParser.parse(pipeline.text)
    let entry = try #require(root["include"]?.elements?.first)
    #expect(entry.object?.names == ["file", "part"])
    let inner = entry["part"]?["include"]?.elements?.first
    #expect(inner?["file"] == "x/a.json" && inner?["part"]?["stages"]?["a"] != nil)
    #expect(
      try TestPipelines.resolve(String(decoding: pipeline.text, as: UTF8.self)).text
        == pipeline.text)
  }

  @Test func aPipelineWithoutPartsIsRecordedAsWritten() throws {
    let text = TestPipelines.text(#""a":   {"uses": "program"}"#)
    #expect(try TestPipelines.resolve(text).text == Array(text.utf8))
  }

  @Test func problemsInAPartWithinTheFileHavePositionsThere() {
    #expect(
      diagnostics(including("\n{\"part\": " + TestPipelines.part(#""a": {"uses": "x"}"#) + "}"))
        == [
          "p.json:2:62: error: unknown stage kind 'x' (at /include/0/part/stages/a/uses)"
        ])
  }

  // MARK: Problems

  @Test func problemsNameTheirFile() {
    let part = """
      { "assay": 1, "part": true, "extra": 1,
        "parameters": { "idle": 1 },
        "stages": {
          "a": { "uses": "porgram" },
          "b": { "uses": "program", "with": { "anything": "${k}" } } } }
      """
    let text = including(
      #""g.json""#,
      #""parameters": {"k": 1}, "stages": {"c": {"uses": "program", "needs": "bb"}}"#)
    #expect(
      diagnostics(text, ["g.json": part]) == [
        "p.json:1:122: error: no stage 'bb'; did you mean 'b'? (at /stages/c/needs)",
        "g.json:1:29: error: a part has no 'extra'; it has $schema, assay, part, description, "
          + "include, parameters, axes, exclude, stages, references (at /extra)",
        "g.json:2:19: error: no stage uses the parameter 'idle' (at /parameters/idle)",
        "g.json:4:20: error: unknown stage kind 'porgram'; did you mean 'program'? (at "
          + "/stages/a/uses)",
        "g.json:5:53: error: no parameter or axis 'k' in this part; declare it in 'parameters' of "
          + "the part, and it takes the value from the file that includes the part (at "
          + "/stages/b/with/anything)",
      ])
  }

  @Test func syntaxErrorsInPartsHavePositionsThere() {
    // What the part would have defined is not reported as unknown.
    #expect(
      diagnostics(
        including(
          #""g.json""#,
          #""exclude": [{"n": 1}], "references": {"m": []}, "stages": {"c": {"uses": 5, "needs": "a"}}"#
        ),
        ["g.json": "{\n  \"assay\": 1,\n}"]) == [
          "p.json:1:126: error: expected a string, found a whole number (at /stages/c/uses)",
          "g.json:2:13: error: trailing comma before '}'",
        ])
    #expect(
      diagnostics(including(#""g.json""#), ["g.json": "[]"])
        == ["g.json:1:1: error: expected an object: a part, found an array"])
  }

  @Test(arguments: [
    (#""none.json""#, "cannot read the part none.json: no such file", "/include/0"),
    (
      #"{"file": "../none.json"}"#, "cannot read the part ../none.json: no such file",
      "/include/0/file"
    ),
    (
      #""/etc/a.json""#,
      "expected the path of a part, relative to the folder of this file, found \"/etc/a.json\"",
      "/include/0"
    ),
    (
      #""""#, "expected the path of a part, relative to the folder of this file, found \"\"",
      "/include/0"
    ),
    (
      #""a/""#, "expected the path of a part, relative to the folder of this file, found \"a/\"",
      "/include/0"
    ),
    (#"{"file": 3}"#, "expected a path, found a whole number", "/include/0/file"),
    (#"{"with": {}}"#, "'file' of this entry of 'include' is missing", "/include/0"),
    (
      "3", "expected an object: a part's file, and values for its parameters, found a whole number",
      "/include/0"
    ),
    (
      #""whole.json""#, "whole.json is not a part: a part has \"part\": true, and no \"name\"",
      "/include/0"
    ),
    (
      #"{"part": {"assay": 1}}"#,
      "p.json is not a part: a part has \"part\": true, and no \"name\"",
      "/include/0/part"
    ),
    (#""p.json""#, "files include each other: p.json -> p.json", "/include/0"),
    (#""./x/../p.json""#, "files include each other: p.json -> p.json", "/include/0"),
  ])
  func mistakesInEntriesAreReported(_ entry: String, _ message: String, _ pointer: String) {
    let parts = ["whole.json": TestPipelines.text(#""a": {"uses": "program"}"#)]
    let found = TestPipelines.diagnostics(including(entry), parts: parts)
    #expect(found.map(\.message) == [message])
    #expect(found.map(\.pointer) == [pointer])
    #expect(found.allSatisfy { $0.file == "p.json" })
  }

  @Test func pathsWithControlCharactersAreRefused() {
    #expect(diagnostics(including(#""a\u0000b""#)).count == 1)
    #expect(
      TestPipelines.messages(including(#"{"file": "g.json", "wiht": {}}"#), parts: ["g.json": leaf])
        == ["an entry of 'include' has no 'wiht'; it has file, with, part [with]"])
  }

  @Test func cyclesNameTheirFiles() {
    let found = diagnostics(
      including(#""q/a.json""#),
      [
        "q/a.json": #"{"assay": 1, "part": true, "include": ["b.json"]}"#,
        "q/b.json": #"{"assay": 1, "part": true, "include": ["../q/a.json"]}"#,
      ])
    #expect(
      found.first
        == "q/b.json:1:40: error: files include each other: q/a.json -> q/b.json -> q/a.json "
        + "(at /include/0)")
  }

  @Test func depthAndNumberAreLimited() {
    var parts: [String: String] = [:]
    for depth in 0..<9 {
      parts["\(depth).json"] = #"{"assay": 1, "part": true, "include": ["\#(depth + 1).json"]}"#
    }
    #expect(
      diagnostics(including(#""0.json""#), parts) == [
        "7.json:1:40: error: parts are nested deeper than 8 (at /include/0)"
      ])
    // Nine levels of eleven parts each would be billions.
    var many: [String: String] = [:]
    for depth in 0..<8 {
      let entries = Array(repeating: #""\#(depth + 1).json""#, count: 11).joined(separator: ",")
      many["\(depth).json"] = #"{"assay": 1, "part": true, "include": [\#(entries)]}"#
    }
    many["8.json"] = #"{"assay": 1, "part": true}"#
    let found = TestPipelines.messages(including(#""0.json""#), parts: many)
    #expect(found.contains("a pipeline may include at most 256 parts"))
  }

  @Test func namesAreDefinedOnce() {
    let part = TestPipelines.part(
      #""a": {"uses": "program", "with": {"anything": "${x}"}}"#, "\n\"axes\": {\"x\": [1]}, ")
    let text = including(
      #""g.json", "h.json""#,
      #""axes": {"x": [1]}, "stages": {"a": {"uses": "program"}, "b": {"uses": "program"}}"#)
    #expect(
      diagnostics(
        text, ["g.json": part, "h.json": TestPipelines.part(#""b": {"uses": "program"}"#)]) == [
          "p.json:1:72: error: the axis 'x' is already defined at g.json:2:10 (at /axes/x)",
          "p.json:1:94: error: the stage 'a' is already defined at g.json:2:32 (at /stages/a)",
          "p.json:1:120: error: the stage 'b' is already defined at h.json:1:39 (at /stages/b)",
        ])
  }

  @Test func axesAndParametersOfAllFilesHaveDifferentNames() {
    let part = TestPipelines.part(
      #""a": {"uses": "program", "with": {"anything": "${x}"}}"#, #""parameters": {"x": 1}, "#)
    #expect(
      diagnostics(including(#""g.json""#, #""axes": {"x": [1]}"#), ["g.json": part]) == [
        "p.json:1:62: error: 'x' is already the name of a parameter, at g.json:1:43; give the axis "
          + "another name (at /axes/x)"
      ])
  }

  @Test func aPartAloneIsNotAPipeline() {
    #expect(
      diagnostics(leaf, file: "g.json") == [
        "g.json:1:22: error: this file is a part, which pipelines name in 'include'; it is not a "
          + "pipeline (at /part)"
      ])
  }

  @Test func aPipelineMustHaveAStage() {
    #expect(
      diagnostics(including(#""g.json""#), ["g.json": #"{"assay": 1, "part": true}"#])
        == ["p.json:1:1: error: 'stages' of this pipeline is missing"])
    #expect(
      diagnostics(
        including(#""g.json""#, #""stages": {"a": {"uses": "program"}}"#),
        ["g.json": #"{"part": true, "stages": {}}"#]) == [
          "g.json:1:1: error: 'assay' of this part is missing: the version of the language, now 1",
          "g.json:1:26: error: the part has no stages (at /stages)",
        ])
  }
}
