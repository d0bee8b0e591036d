import PipelineDSL
import Testing

@testable import Stages

@Suite struct SplitTableGroupsTests {
  @Test func onlySamplesWithAGroupAreListed() throws {
    let harness = try StageHarness()
    let table = CSVTable(
      columns: SplitFormat.columns,
      rows: [["1", "train", "a", "p"], ["2", "test", "b", ""], ["3", "test", "b", "q"]])
    let split = try harness.artifact("split", [(SplitFormat.file, table.bytes)])
    #expect(try SplitTable.groups(split) == ["1": "p", "3": "q"])
  }
}
