import PipelineDSL
import Testing

@Suite struct DocumentReaderParametersTests {
  private let part = #"""
    {"assay": 1, "part": true, "parameters": {"k": "default", "w": null},
     "stages": {"a": {"uses": "program", "with": {"anything": ["${k}", "${w}/x"]}}}}
    """#

  private func pipeline(_ with: String, _ parameters: String) -> String {
    let entry = with.isEmpty ? #""g.json""# : #"{"file": "g.json", "with": {\#(with)}}"#
    return #"{"assay": 1, "name": "p", "include": [\#(entry)], "parameters": {\#(parameters)}}"#
  }

  private func anything(
    _ with: String, _ parameters: String = "", overrides: [(name: String, value: JSONValue)] = []
  ) throws -> JSONValue? {
    try TestPipelines.resolve(
      pipeline(with, parameters), overrides: overrides, parts: ["g.json": part]
    ).cells[0].parameters["anything"]
  }

  @Test func givenValuePrecedesThatOfTheFileAroundAndTheDefault() throws {
    #expect(try anything("") == ["default", .null])
    #expect(try anything("", #""k": 1"#) == [1, .null])
    #expect(try anything(#""k": "given", "w": "f""#) == ["given", "f/x"])
    #expect(try anything(#""k": ["${n}", "${n}px"]"#, #""n": 4"#) == [[4, "4px"], .null])
    #expect(try anything(#""k": "${k}2""#, #""k": 1"#) == ["12", .null])
    #expect(
      try anything(#""k": "${o.f}", "w": "$${"}"#.dropLast() + "", #""o": {"f": true}"#) == [
        true, "${/x",
      ])
    // A given null is a value.
    #expect(try anything(#""k": null"#, #""k": 1"#.replacing("k", with: "w")) == [.null, "1/x"])
    #expect(try anything(#""w": "${w}/y""#, #""w": null"#) == ["default", .null])
  }

  @Test func overridesReachAPartThroughTheFileAround() throws {
    #expect(try anything("", #""k": 1"#, overrides: [("k", 2)]) == [2, .null])
    #expect(try anything(#""k": "${n}""#, #""n": 1"#, overrides: [("n", [3])]) == [[3], .null])
    #expect(
      try anything(#""w": "${d}/e""#, #""d": "d""#, overrides: [("d", .null)]) == [
        "default", .null,
      ])
    // A value with a reference is text.
    #expect(try anything("", #""k": 1"#, overrides: [("k", "${n}")]) == ["${n}", .null])
    #expect(
      TestPipelines.messages(
        pipeline("", ""), overrides: [("k", 1), ("x", 1)], parts: ["g.json": part]) == [
          "'k' is a parameter of a part only; declare it in the pipeline, from which the part takes "
            + "its value",
          "no parameter 'x' to override",
        ])
  }

  @Test func valuesPassThroughPartsToParts() throws {
    let outer = #"{"assay": 1, "part": true, "include": ["g.json"], "parameters": {"k": 0}}"#
    let text = pipeline("", #""k": 8, "w": "unseen""#).replacing("g.json", with: "outer.json")
    let parts = ["g.json": part, "outer.json": outer]
    // `w` is not declared in between.
    #expect(
      TestPipelines.messages(text, parts: parts) == ["no stage uses the parameter 'w'"])
    let inner = try TestPipelines.resolve(
      text.replacing(#", "w": "unseen""#, with: ""), parts: parts)
    #expect(inner.cells[0].parameters["anything"] == [8, .null])
  }

  @Test func seedsComeFromTheNearestFileThatHasOne() throws {
    let stages = #""i": {"uses": "optics"}, "s": {"uses": "split", "needs": "i"}"#
    func seed(_ part: String, _ more: String, _ with: String = "") throws -> Int? {
      try TestPipelines.resolve(
        #"{"assay": 1, "name": "p", "include": [{"file": "g.json", "with": {\#(with)}}]\#(more)}"#,
        parts: ["g.json": TestPipelines.part(stages, part)]
      ).cells.last?.seed
    }
    #expect(try seed("", "") == 0)
    #expect(try seed("", #", "parameters": {"seed": 4}"#) == 4)
    #expect(try seed(#""parameters": {"seed": 3}, "#, #", "parameters": {"seed": 4}"#) == 4)
    #expect(try seed(#""parameters": {"seed": 3}, "#, "") == 3)
    #expect(try seed(#""parameters": {"seed": 3}, "#, "", #""seed": 6"#) == 6)
    #expect(try seed("", #", "axes": {"seed": [1, 2]}"#) == 2)
  }

  @Test func mistakesInGivenValuesAreReported() {
    func found(_ with: String, _ parameters: String = "") -> [String] {
      TestPipelines.diagnostics(pipeline(with, parameters), parts: ["g.json": part])
        .map(\.textWithoutCode)
    }
    #expect(
      found(#""kk": 1"#) == [
        "p.json:1:67: error: this part has no parameter 'kk'; it has k, w; did you mean 'k'? (at "
          + "/include/0/with/kk)"
      ])
    #expect(
      found(#""k": "${n}", "w": "${""#, #""nn": 1"#).map { $0.split(separator: "error: ")[1] } == [
        "no parameter 'n'; only parameters of the same file can be referred to here; did you mean "
          + "'nn'? (at /include/0/with/k)", "unterminated '${' (at /include/0/with/w)",
      ])
    #expect(
      found(#""k": "a${n}""#, #""n": [1]"#).map { $0.split(separator: "error: ")[1] } == [
        "'${n}' is an array and cannot be part of a longer string (at /include/0/with/k)"
      ])
    #expect(
      found(#""k": "${n.x}""#, #""n": {"y": 1}"#).map { $0.split(separator: "error: ")[1] } == [
        "the parameter 'n' has no field 'x' (at /include/0/with/k)"
      ])
  }

  @Test func unusedParametersAreFoundInEachFile() {
    let idle =
      #"{"assay": 1, "part": true, "parameters": {"k": 1}, "stages": {"a": {"uses": "program"}}}"#
    #expect(
      TestPipelines.diagnostics(pipeline("", #""k": 2, "n": 1"#), parts: ["g.json": idle])
        .map(\.textWithoutCode) == [
          "p.json:1:73: error: no stage uses the parameter 'n' (at /parameters/n)",
          "g.json:1:43: error: no stage uses the parameter 'k' (at /parameters/k)",
        ])
  }

  @Test func valuesThatGrowFromPartToPartAreLimited() {
    var parts: [String: String] = [:]
    let many = Array(repeating: #""${k}""#, count: 100).joined(separator: ",")
    for depth in 0..<8 {
      parts["\(depth).json"] =
        #"{"assay": 1, "part": true, "parameters": {"k": 0}, "include": "#
        + #"[{"file": "\#(depth + 1).json", "with": {"k": [\#(many)]}}]}"#
    }
    parts["7.json"] = TestPipelines.part(
      #""a": {"uses": "program", "with": {"anything": "${k}"}}"#, #""parameters": {"k": 0}, "#)
    let found = TestPipelines.messages(
      #"{"assay": 1, "name": "p", "include": ["0.json"]}"#, parts: parts)
    #expect(
      found == [
        "the values that axes and 'include' take from parameters are larger than 4 MiB in total"
      ])
  }
}
