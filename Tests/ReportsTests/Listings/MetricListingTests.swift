import PipelineDSL
import Store
import Testing

@testable import Reports

struct MetricListingTests {
  private func runs(_ store: SampleStore) throws -> RunSelection {
    let cells = SampleCells().all.only("scores", "model")
    let other = SampleCells(shift: 0.02).all.only("scores", "model")
    return try RunSelection(
      [
        try store.record(cells, id: "20261121-000000-aaaaaa", text: "{}"),
        try store.record(other, id: "20261122-000000-bbbbbb", text: "{}"),
      ], where: nil, records: store.records)
  }

  @Test func fewMetricsAreShownInColumns() throws {
    let store = try SampleStore()
    let listing = try MetricListing(
      try runs(store), records: store.records, names: ["test/acc*", "test/loss"])
    #expect(
      listing.text(width: nil) == """
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
    ).text(width: nil)
    #expect(text.contains("scores@backbone=cnn           test/accuracy"))
    #expect(text.split(separator: "\n").first?.hasSuffix("20261122-000000-bbbbbb") == true)
  }

  @Test func historiesHaveOneLinePerStep() throws {
    let store = try SampleStore()
    let listing = try MetricListing(
      try runs(store), records: store.records, names: ["*/loss"], history: true)
    let lines = listing.text(width: nil).split(separator: "\n")
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
    let run = try RunSelection(
      [try store.record([cell], id: "20261121-000000-aaaaaa", text: "{}")], where: nil,
      records: store.records)
    let json = try MetricListing(run, records: store.records).json
    #expect(json.elements?.first?["metrics"]?["loss"]?.text == "inf")
    let none = try MetricListing(run, records: store.records, names: ["x", "los"])
    #expect(none.text(width: nil) == "no metrics are recorded\n")
    #expect(none.unmatched.map(\.pattern) == ["x", "los"])
    #expect(none.unmatched[1].hint.contains("'loss'"))
  }

  @Test func columnsMayBeAxesAndMetrics() throws {
    let store = try SampleStore()
    let listing = try MetricListing(
      try runs(store), records: store.records,
      request: ListingRequest(
        columns: ["axis.backbone", "metric.test/loss"], sort: "-test/loss", limit: 2))
    #expect(
      listing.text(width: 80) == """
        axis.backbone  test/loss
        cnn               0.3400
        cnn               0.3200

        """)
    #expect(listing.csv.hasPrefix("axis.backbone,test/loss\ncnn,0.34\n"))
    #expect(listing.json.elements?.first?["test/loss"]?.real == 0.34)
  }

  @Test func narrowTerminalsShowOneMetricPerLine() throws {
    let store = try SampleStore()
    let listing = try MetricListing(
      try runs(store), records: store.records, names: ["test/*a*"])
    for width in [80, 120] {
      for line in listing.text(width: width).split(separator: "\n") {
        #expect(line.count <= width, "\(line)")
      }
    }
    #expect(listing.text(width: 80).contains("20261121-000000-aaaaaa"))
  }
}
