import PipelineDSL
import Store
import Testing

@testable import Reports

@Suite struct ResultAppendixTests {
  private func appendices(
    _ cell: SampleStore.CellPlan, losing name: String? = nil
  ) throws -> [ResultAppendix] {
    let store = try SampleStore()
    let run = try store.grid([cell])
    let facts = try RunFacts(run, store.records)
    let reader = ArtifactReader(store.objects)
    if let name, case .value(let files) = reader.files(facts.cells[0].artifacts[0]) {
      for file in files where file.path == name { try store.lose(file.digest) }
    }
    return ResultAppendix.all(facts, reader)
  }

  @Test("tables over repeats are shown, with numbers shortened")
  func tables() throws {
    let all = try appendices(GridCells.table)
    #expect(all.map(\.title) == ["table: summary.csv", "table: paired.csv"])
    let paired = try #require(all.last?.display)
    #expect(
      paired.rows == [
        ["vgg16", "backbone=cnn", "test/loss", "2", "-0.1250", "0.1000", "-1", "0.7500", "0.3000"]
      ])
    #expect(all.last?.about.contains("adjusted for the rows") == true)
  }

  @Test("the pooled AUC is called biased")
  func pooled() throws {
    var cell = GridCells.table
    cell.outputs = [
      .init(
        "metrics", .metrics, text: ["pooled.csv": "n,samples,pooled/macro-auc (biased)\n3,60,0.7\n"]
      )
    ]
    let all = try appendices(cell)
    #expect(all.map(\.title) == ["table: pooled.csv"])
    #expect(all.first?.about.contains("the pooled AUC is biased") == true)
  }

  @Test("a table that is missing from the store is reported in its place")
  func missing() throws {
    let all = try appendices(GridCells.table, losing: "paired.csv")
    guard case .problem(let reason)? = all.last?.content else {
      Issue.record("expected a problem")
      return
    }
    #expect(reason.contains("paired.csv cannot be read"))
    #expect(all.last?.display == nil)
  }
}
