import PipelineDSL
import Testing

@Suite struct PipelineResolverWireTests {
  @Test func gatheredCellsAreOrderedByNeedThenAxis() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        #""x": {"uses": "program", "with": {"anything": "${a}"}}, "y": {"uses": "program", "with": {"anything": "${b}"}}, "#
          + #""z": {"uses": "program", "needs": {"in": ["y", "x"]}, "gather": ["a", "b"]}"#,
        #""axes": {"a": [2, 1], "b": ["q", "p"]}, "#))
    let cell = try #require(pipeline.cell(named: "z"))
    #expect(cell.inputs.map(\.coordinates) == [["b": "q"], ["b": "p"], ["a": 2], ["a": 1]])
    #expect(pipeline.stage("z")?.needs == ["y", "x"])
  }

  @Test func stagesListTheirCells() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        #""x": {"uses": "program", "with": {"anything": "${a}"}}, "y": {"uses": "program", "needs": {"l": "x", "r": "x"}}"#,
        #""axes": {"a": [1, 2, 3]}, "#))
    #expect(pipeline.stages.map(\.cells) == [0..<3, 3..<6])
    #expect(pipeline.stage("y")?.needs == ["x"])
    #expect(pipeline.cells[4].inputs.map(\.cell) == [1, 1])
    #expect(pipeline.cells[4].inputs.allSatisfy { $0.coordinates.isEmpty })
  }
}
