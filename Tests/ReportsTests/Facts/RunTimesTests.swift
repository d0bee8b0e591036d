import PipelineDSL
import Store
import Testing

@testable import Reports

struct RunTimesTests {
  /// An ingest that two models share, and one evaluation of each.
  private func cells(
    status: StageStatus = .executed, ingest: StageStatus = .executed
  ) -> [SampleStore.CellPlan] {
    var source = SampleStore.CellPlan("pbc", "ingest/pbc")
    (source.status, source.seconds) = (ingest, 4)
    source.outputs = [.init("samples", .samples, text: ["samples.csv": "id\n"])]
    var plans = [source]
    for (number, name) in ["cnn", "vgg16"].enumerated() {
      var model = SampleStore.CellPlan("model@backbone=\(name)", "fine-tune")
      (model.status, model.seconds) = (status, 10 * Double(number + 1))
      model.parameters = ["backbone": .string(name)]
      model.inputs = [("images", "pbc", "samples")]
      model.outputs = [.init("model", .model, text: ["model.json": name])]
      var scores = SampleStore.CellPlan("scores@backbone=\(name)", "evaluate")
      (scores.status, scores.seconds) = (status, 1)
      scores.parameters = ["of": .string(name)]
      scores.inputs = [("model", "model@backbone=\(name)", "model")]
      plans += [model, scores]
    }
    return plans
  }

  private func times(_ run: RunSummary, _ store: SampleStore) throws -> RunTimes {
    try RunTimes(try RunFacts(run, store.records), store.records)
  }

  @Test("each evaluated model has the sum over all cells it needs, by phase")
  func sumsOverAncestors() throws {
    let store = try SampleStore()
    let times = try times(try store.record(cells(), id: "r1", text: "{}"), store)
    #expect(times.rows.map(\.cell) == ["scores@backbone=cnn", "scores@backbone=vgg16"])
    #expect(
      times.rows.map(\.seconds) == [
        ["preprocessing": 4, "training": 10, "prediction": 1],
        ["preprocessing": 4, "training": 20, "prediction": 1],
      ])
    #expect(times.rows.map(\.overall) == [15, 25])
    #expect(times.rows[0].origin == "this run")
    #expect(times.phases == ["preprocessing", "training", "prediction"])
  }

  @Test("cached cells count with the time of the run that executed them")
  func hitsCountWithTheirExecution() throws {
    let store = try SampleStore()
    _ = try store.record(cells(), id: "r1", text: "{}")
    let all = try times(
      try store.record(cells(status: .hit, ingest: .hit), id: "r2", text: "{}"), store)
    #expect(all.rows.map(\.overall) == [15, 25])
    #expect(all.rows[0].origin == "cached: time of run r1" && all.rows[0].executed == 0)
    let some = try times(
      try store.record(cells(ingest: .hit), id: "r3", text: "{}"), store)
    #expect(some.rows[0].origin == "2 cells of this run; 1 cached: time of run r1")
    #expect(some.rows[0].overall == 15)
  }

  @Test("a cached cell that no recorded run executed has no time")
  func unknownTimesAreNamed() throws {
    let store = try SampleStore()
    let run = try store.record(cells(ingest: .hit), id: "r1", text: "{}")
    let row = try #require(try times(run, store).rows.first)
    #expect(row.unknown == ["pbc"] && row.overall == 11)
    #expect(row.origin == "this run; no time recorded for 1 cell")
  }

  @Test("without an evaluated model, the last cells have rows; failed cells have none")
  func otherRunsHaveTheirLastCells() throws {
    let store = try SampleStore()
    let run = try store.record(Array(cells().prefix(2)), id: "r1", text: "{}")
    #expect(try times(run, store).rows.map(\.cell) == ["model@backbone=cnn"])
    let failed = try store.record(
      cells(status: .failed), id: "r2", text: "{}", end: .failed)
    #expect(try times(failed, store).rows.isEmpty)
  }
}
