import PipelineDSL
import Testing

@testable import Stages

@Suite struct EvaluationTablesTests {
  private let harness: StageHarness

  init() throws { harness = try StageHarness() }

  private func write(_ parts: [EvaluatedPart]) throws -> StageOutcome {
    try harness.run("evaluate") { _, context in
      var tables = EvaluationTables()
      for part in parts { tables.add(part, part.intervals()) }
      try tables.write(to: context.output("metrics"))
    }
  }

  @Test func sourcesRepeatTheirIntervals() throws {
    let outcome = try write([.mixed()])
    let table = try outcome.table("metrics", SourcesFormat.file)
    #expect(table.columns == SourcesFormat.columns)
    #expect(
      table.rows.map { Array($0.prefix(4)) } == [
        ["test", "c-nmc", "16", "4"], ["test", "pbc", "24", "6"],
      ])
    let intervals = try outcome.table("metrics", IntervalsFormat.file)
    #expect(intervals.columns == IntervalsFormat.columns)
    let f1 = try #require(
      intervals.rows.first { $0[1] == "source:pbc" && $0[2] == "macro-f1-present" })
    #expect(Array(table.rows[1].suffix(3)) == Array(f1[3...5]))
    #expect(f1[6] == "bca" && f1[7] == "24" && f1[8] == "6" && f1[9] == "0.95")
  }

  @Test func groupsHaveOneRowEach() throws {
    let outcome = try write([
      .bench(
        [0, 1, 0, 1], [[1, 0], [1, 0], [3, 0], [0, 2]], groups: ["q", "p", "", "p"])
    ])
    #expect(
      try outcome.text("metrics", GroupsFormat.file)
        == "part,group,samples,right,accuracy\ntest,p,2,1,0.5\ntest,q,1,1,1\n")
    #expect(outcome["metrics"].files[SourcesFormat.file] == nil)
  }

  @Test func filesWithoutRowsAreNotWritten() throws {
    let outcome = try write([.bench([0, 1], [[1, 0], [0, 1]])])
    #expect(
      outcome["metrics"].files.keys.sorted() == [ClassesFormat.file, IntervalsFormat.file])
  }
}
