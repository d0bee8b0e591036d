import PipelineDSL
import Store
import Testing

@testable import Reports

struct RunChangeTests {
  @Test func countsCellsThatChangedCameAndWent() throws {
    let store = try SampleStore()
    func plan(_ name: String, _ size: Int) -> SampleStore.CellPlan {
      var plan = SampleStore.CellPlan(name, "command")
      plan.parameters = ["size": .integer(size)]
      return plan
    }
    _ = try store.record(
      [plan("a", 1), plan("b", 1), plan("gone", 1)], id: "20261121-000000-aaaaaa", text: "{}")
    let run = try store.record(
      [plan("a", 1), plan("b", 2), plan("new", 1), plan("other", 1)],
      id: "20261122-000000-bbbbbb", text: "{}")
    let change = try #require(
      try RunChange(try RunFacts(run, store.records), store.records, store.cache))
    #expect(change.previous.run.id == "20261121-000000-aaaaaa")
    #expect((change.changed, change.unchanged) == (1, 1))
    #expect((change.added, change.removed) == (2, 1))
    #expect(change.fields.parameters.map(\.name) == ["size"])
    #expect(!change.isEmpty)
  }

  @Test func manyCellsOfAStageAreCountedThoughFewKeysAreRead() throws {
    let store = try SampleStore()
    func plans(_ size: Int) -> [SampleStore.CellPlan] {
      (0..<30).map { number in
        var plan = SampleStore.CellPlan("x@n=\(number)", "command")
        plan.parameters = ["n": .integer(number), "size": .integer(size)]
        return plan
      }
    }
    _ = try store.record(plans(1), id: "20261121-000000-aaaaaa", text: "{}")
    let run = try store.record(plans(2), id: "20261122-000000-bbbbbb", text: "{}")
    let change = try #require(
      try RunChange(try RunFacts(run, store.records), store.records, store.cache))
    #expect(change.changed == 30)
    #expect(change.fields.parameters.map(\.cells.count) == [20])
  }

  @Test func runOfAnotherPipelineIsNotThePreviousOne() throws {
    let store = try SampleStore()
    _ = try store.record(
      [SampleStore.CellPlan("a", "command")], id: "20261121-000000-aaaaaa", pipeline: "other",
      text: "{}")
    let run = try store.record(
      [SampleStore.CellPlan("a", "command")], id: "20261122-000000-bbbbbb", text: "{}")
    #expect(
      try RunChange(try RunFacts(run, store.records), store.records, store.cache) == nil)
  }
}
