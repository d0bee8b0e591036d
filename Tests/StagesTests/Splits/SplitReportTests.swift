import PipelineDSL
import Testing

@testable import Stages

@Suite struct SplitReportTests {
  @Test func countsByClassSourceAndPart() throws {
    let all = SplitScene.samples(60)
    let (parts, outcome) = try SplitScene.split(
      all, ["method": "counts", "counts": [30, 10, 10]])
    let table = try outcome.table("table", "counts.csv")
    #expect(
      table.columns == ["label", "source", "train", "validation", "test", "left_out"])
    #expect(
      table.rows.map { Array($0[..<2]) } == [["a", "s"], ["a", "t"], ["b", "s"], ["b", "t"]])
    for row in table.rows {
      let ids = all.filter { $0.label == row[0] && $0.source == row[1] }.map(\.id)
      let expected = (Part.named(by: 3) + [nil]).map { part in ids.count { parts[$0] == part } }
      #expect(row[2...].map { $0 } == expected.map(String.init))
    }
  }

  @Test func warnsOfAClassMissingFromAPart() throws {
    let (_, outcome) = try SplitScene.split(SplitScene.samples(6))
    #expect(outcome.events.warnings.contains("no sample of class 'b' in part 'test'"))
  }

  @Test func warnsOfClassesFromASingleSource() throws {
    var all = SplitScene.samples(60)
    for index in all.indices where all[index].label == "b" { all[index].source = "t" }
    let (_, outcome) = try SplitScene.split(all)
    #expect(
      outcome.events.warnings == [
        "classes of one source each: 'b' (t); a model may recognise them by the appearance of the source"
      ])
    let one = all.map { sample in
      var sample = sample
      sample.source = "s"
      return sample
    }
    #expect(try SplitScene.split(one).outcome.events.warnings.isEmpty)
  }
}
