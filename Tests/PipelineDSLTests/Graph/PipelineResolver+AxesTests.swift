import PipelineDSL
import Testing

struct PipelineResolverAxesTests {
  private func names(_ stages: String, _ more: String) throws -> [String] {
    try TestPipelines.resolve(TestPipelines.text(stages, more)).cells.map(\.name)
  }

  private func messages(_ stages: String, _ more: String = "") -> [String] {
    TestPipelines.messages(TestPipelines.text(stages, more))
  }

  private let x = #""x": {"uses": "program", "with": {"anything": "${a}"}}"#
  private let y = #""y": {"uses": "program", "with": {"anything": "${b}"}}"#

  @Test func axesBroadcastAndJoin() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        [
          x, y, #""xy": {"uses": "program", "needs": ["x", "y"]}"#,
          #""both": {"uses": "program", "needs": ["xy", "x"]}"#, #""free": {"uses": "program"}"#,
        ].joined(separator: ","), #""axes": {"a": [1, 2], "b": ["p", "q"]}, "#))
    #expect(
      pipeline.cells.map(\.name) == [
        "x@a=1", "x@a=2", "y@b=p", "y@b=q", "xy@a=1,b=p", "xy@a=1,b=q", "xy@a=2,b=p", "xy@a=2,b=q",
        "both@a=1,b=p", "both@a=1,b=q", "both@a=2,b=p", "both@a=2,b=q", "free",
      ])
    let cell = try #require(pipeline.cell(named: "both@a=2,b=p"))
    #expect(cell.inputs.map { pipeline.cells[$0.cell].name } == ["xy@a=2,b=p", "x@a=2"])
  }

  @Test func axesInCellNamesAreInFileOrder() throws {
    // `y` refers only to b; `yx` adds a, which is the first axis.
    #expect(
      try names(
        y + #", "yx": {"uses": "program", "needs": "y", "with": {"anything": "${a}"}}"#,
        #""axes": {"a": [1.5, true], "b": ["p"]}, "#)
        == ["y@b=p", "yx@a=1.5,b=p", "yx@a=true,b=p"])
  }

  @Test func gatherRemovesAnAxisAndKeepsCoordinates() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        [
          x, #""xb": {"uses": "program", "needs": "x", "with": {"anything": "${b}"}}"#,
          #""sum": {"uses": "program", "needs": "xb", "gather": "b"}"#,
          #""all": {"uses": "program", "needs": ["sum", "x"], "gather": ["a"]}"#,
        ].joined(separator: ","), #""axes": {"a": [1, 2], "b": ["p", "q"]}, "#))
    let sum = try #require(pipeline.cell(named: "sum@a=2"))
    #expect(sum.inputs.map(\.coordinates) == [["b": "p"], ["b": "q"]])
    #expect(sum.inputs.map { pipeline.cells[$0.cell].name } == ["xb@a=2,b=p", "xb@a=2,b=q"])
    let all = try #require(pipeline.cell(named: "all"))
    #expect(all.inputs.map(\.coordinates) == [["a": 1], ["a": 2], ["a": 1], ["a": 2]])
  }

  @Test func gatherIsChecked() {
    let axes = #""axes": {"a": [1, 2], "b": ["p", "q"]}, "#
    #expect(
      messages(x + "," + y + #", "z": {"uses": "program", "needs": "x", "gather": ["b"]}"#, axes)
        == ["nothing this stage needs varies along 'b', but along a"])
    #expect(
      messages(
        x + "," + y + #", "z": {"uses": "program", "needs": "x", "gather": ["a", "a"]}"#, axes)
        == ["'a' occurs twice in 'gather'"])
    #expect(
      messages(
        x + "," + y
          + #", "z": {"uses": "program", "needs": "x", "gather": "a", "with": {"anything": "${a}"}}"#,
        axes) == ["a stage cannot gather the axis 'a' and refer to it"])
  }

  @Test func objectsOnAxesHaveFields() throws {
    let axes = #""axes": {"net": [{"name": "small", "size": 32}, {"name": "big", "size": 299}]}, "#
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        #""x": {"uses": "program", "with": {"anything": ["${net}", "${net.size}", "${net.name}"]}}"#,
        axes))
    #expect(pipeline.cells.map(\.name) == ["x@net=small", "x@net=big"])
    #expect(pipeline.cells[1].parameters["anything"] == ["big", 299, "big"])
    #expect(pipeline.cells[1].coordinates == ["net": "big"])
    #expect(
      messages(#""x": {"uses": "program", "with": {"anything": "${net.sise}"}}"#, axes) == [
        "'small' on the axis 'net' has no field 'sise' [size]",
        "'big' on the axis 'net' has no field 'sise' [size]",
      ])
  }

  @Test func excludeRequiresAllValuesOfAnEntry() throws {
    let two = x + "," + #""z": {"uses": "program", "needs": "x", "with": {"anything": "${b}"}}"#
    #expect(
      try names(
        two,
        #""axes": {"a": [1, 2], "b": ["p", "q"]}, "exclude": [{"b": "p", "a": 1.0}, {"b": "q", "a": 2}], "#
      )
        == ["x@a=1", "x@a=2", "z@a=1,b=q", "z@a=2,b=p"])
    #expect(
      try names(two, #""axes": {"a": [1, 2], "b": ["p", "q"]}, "exclude": [{"a": 1}], "#)
        == ["x@a=2", "z@a=2,b=p", "z@a=2,b=q"])
  }

  @Test func excludeIsChecked() {
    let axes = #""axes": {"a": [1, 2]}, "#
    #expect(messages(x, axes + #""exclude": [{"a": 3}], "#) == ["the axis 'a' has no value 3"])
    #expect(
      messages(x, #""axes": {"a": ["mixup"]}, "exclude": [{"a": "mixpu"}], "#)
        == ["the axis 'a' has no value \"mixpu\" [mixup]"])
    // One message, although another stage needs the excluded one.
    #expect(
      messages(
        x + #", "z": {"uses": "program", "needs": "x"}"#,
        axes + #""exclude": [{"a": 1}, {"a": 2}], "#)
        == ["every cell of 'x' is excluded"])
    #expect(
      messages(
        x + #", "z": {"uses": "program", "needs": "x", "with": {"anything": "${b}"}}, "#
          + #""s": {"uses": "program", "needs": "z", "gather": "b"}"#,
        #""axes": {"a": [1, 2], "b": ["p"]}, "exclude": [{"a": 1, "b": "p"}], "#)
        == ["every cell of 'z' that 's@a=1' needs is excluded"])
  }

  @Test func numberOfCellsIsLimited() throws {
    func axis(_ count: Int) -> String { (0..<count).map(String.init).joined(separator: ",") }
    let stage = #""x": {"uses": "program", "with": {"anything": ["${a}", "${b}"]}}"#
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(stage, #""axes": {"a": [\#(axis(100))], "b": [\#(axis(50))]}, "#))
    #expect(pipeline.cells.count == 5000)
    #expect(
      messages(stage, #""axes": {"a": [\#(axis(1001))], "b": [\#(axis(1000))]}, "#)
        == ["with 'x' the pipeline has more than 1000000 cells"])
    let axes = (0..<40).map { #""a\#($0)": [1, 2, 3]"# }.joined(separator: ",")
    let all = (0..<40).map { #""${a\#($0)}""# }.joined(separator: ",")
    #expect(
      messages(
        #""x": {"uses": "program", "with": {"anything": [\#(all)]}}, "y": {"uses": "program", "needs": "x"}"#,
        #""axes": {\#(axes)}, "#) == ["with 'x' the pipeline has more than 1000000 cells"])
  }
}
