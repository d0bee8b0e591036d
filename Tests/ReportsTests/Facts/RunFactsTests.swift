import PipelineDSL
import Store
import Testing

@testable import Reports

struct RunFactsTests {
  @Test func cellsAreInGraphOrder() throws {
    let store = try SampleStore()
    let run = try store.record(
      SampleCells().all.reversed(), id: "20261121-000000-aaaaaa", text: SampleCells.text)
    let facts = try RunFacts(run, store.records)
    #expect(
      facts.graph.stages.map(\.name) == [
        "c-nmc", "pbc", "labels", "cells", "split", "augment", "model", "scores", "look", "table",
      ])
    #expect(facts.cells.map(\.row.stage).first == "c-nmc")
    #expect(
      facts.cells(of: "model").map(\.row.cell) == [
        "model@backbone=cnn", "model@backbone=mobilenet-v2",
      ])
    #expect(facts.references.map(\.value) == [0.9672, 0.9672])
    #expect(facts.cells(of: "scores").first?.checks.count == 1)
  }

  @Test func keepsTheLastValueOfAHistory() throws {
    let store = try SampleStore()
    var cell = SampleStore.CellPlan("m", "fine-tune")
    cell.metrics = [StageMetric("loss", step: 0, 3), StageMetric("loss", step: 1, 2)]
    let run = try store.record([cell], id: "20261121-000000-aaaaaa", text: "no JSON")
    let facts = try RunFacts(run, store.records)
    #expect(facts.cells[0].lastValues.map(\.value) == [2])
  }

  @Test(arguments: [
    ("seed=2", "seed=10", true), ("seed=10", "seed=2", false), ("a", "b", true), ("a", "a1", true),
    ("a", "a", false), ("f1/ALL", "f1/AML", true),
  ])
  func ordersNumbersInNames(left: String, right: String, isBefore: Bool) {
    #expect(RunFacts.natural(left, right) == isBefore)
  }
}
