import PipelineDSL
import Store
import Testing

@testable import Reports

struct MetricListingTests {
  private func runs(_ store: SampleStore) throws -> [RunSummary] {
    let cells = SampleCells().all.only("scores", "model")
    let other = SampleCells(shift: 0.02).all.only("scores", "model")
    return [
      try store.record(cells, id: "20261121-000000-aaaaaa", text: "{}"),
      try store.record(other, id: "20261122-000000-bbbbbb", text: "{}"),
    ]
  }

  @Test func fewMetricsAreShownInColumns() throws {
    let store = try SampleStore()
    let listing = try MetricListing(
      try runs(store), records: store.records, names: ["test/acc*", "test/loss"])
    #expect(
      listing.text == """
        run                     cell                          test/accuracy  test/loss
        20261121-000000-aaaaaa  scores@backbone=cnn                  0.8900     0.3400
        20261121-000000-aaaaaa  scores@backbone=mobilenet-v2         0.9100     0.3000
        20261122-000000-bbbbbb  scores@backbone=cnn                  0.9000     0.3200
        20261122-000000-bbbbbb  scores@backbone=mobilenet-v2         0.9100     0.3000

        """)
  }

  @Test func manyMetricsAreShownInLines() throws {
    let store = try SampleStore()
    let text = try MetricListing(
      try runs(store), records: store.records, names: ["test/*", "train/*"]
    ).text
    #expect(text.contains("scores@backbone=cnn           test/accuracy"))
    #expect(text.split(separator: "\n").first?.hasSuffix("20261122-000000-bbbbbb") == true)
  }

  @Test func historiesHaveOneLinePerStep() throws {
    let store = try SampleStore()
    let listing = try MetricListing(
      try runs(store), records: store.records, names: ["*/loss"], history: true)
    let lines = listing.text.split(separator: "\n")
    // Twenty epochs and one value without a step, for each of two cells in two runs.
    #expect(lines.count == 1 + (20 + 1) * 2 * 2)
    let steps = listing.json.elements?.first?["metrics"]?["train/loss"]?.elements
    #expect(steps?.count == 20)
    #expect(steps?.last?["step"]?.whole == 19)
  }

  @Test func jsonContainsTheLastValues() throws {
    let store = try SampleStore()
    var cell = SampleStore.CellPlan("m", "fine-tune")
    cell.metrics = [StageMetric("loss", step: 0, 2), StageMetric("loss", step: 1, .infinity)]
    let run = try store.record([cell], id: "20261121-000000-aaaaaa", text: "{}")
    let json = try MetricListing([run], records: store.records).json
    #expect(json.elements?.first?["metrics"]?["loss"]?.text == "inf")
    let none = try MetricListing([run], records: store.records, names: ["x", "los"])
    #expect(none.text == "no metrics are recorded\n")
    #expect(none.unmatched.map(\.pattern) == ["x", "los"])
    #expect(none.unmatched[1].hint.contains("'loss'"))
  }
}
