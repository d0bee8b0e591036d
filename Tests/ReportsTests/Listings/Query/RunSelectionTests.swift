import PipelineDSL
import Store
import Testing

@testable import Reports

struct RunSelectionTests {
  /// Three runs: two of five-class with shifted scores, and one without a result.
  private func store() throws -> SampleStore {
    let store = try SampleStore()
    for (index, shift) in [0.0, 0.06].enumerated() {
      _ = try store.record(
        SampleCells(shift: shift).all.only("scores", "model"), id: "2026112\(index)-000000-aaaaaa",
        text: SampleCells.text, parameters: ["seed": .integer(index)])
    }
    _ = try store.record([], id: "20261123-000000-cccccc", pipeline: "other", text: "{}", end: nil)
    try store.records.add(
      EventRow(run: "20261120-000000-aaaaaa", kind: "tag", subject: "best", at: 0))
    return store
  }

  private func selected(_ store: SampleStore, _ text: String) throws -> [String] {
    let runs = try store.records.runs()
    return try RunSelection(runs, where: try Filter(text), records: store.records).runs
      .map { String($0.run.id.prefix(8)) }
  }

  @Test(arguments: [
    ("status = unfinished", ["20261123"]), ("pipeline = five-class", ["20261121", "20261120"]),
    ("tag = best", ["20261120"]), ("parameter.seed = 1", ["20261121"]),
    ("metric.test/accuracy > 0.915", ["20261121"]),
    ("axis.backbone = cnn and metric.test/accuracy > 0.9", ["20261121"]),
    // The better network of the first run is not the one that is asked for.
    ("axis.backbone = cnn and metric.test/accuracy > 0.95", []),
    ("not metric.test/accuracy > 0.895", ["20261120"]),
    ("host = bench-3 and user ~ m*", ["20261123", "20261121", "20261120"]),
  ])
  func selects(text: String, expected: [String]) throws {
    #expect(try selected(try store(), text) == expected)
  }

  @Test func cellsAreSelectedToo() throws {
    let store = try store()
    let runs = try store.records.runs()
    let selection = try RunSelection(
      runs, where: try Filter("axis.backbone = cnn"), records: store.records)
    #expect(
      selection.matches.map(\.cells) == [
        ["model@backbone=cnn", "scores@backbone=cnn"],
        ["model@backbone=cnn", "scores@backbone=cnn"],
      ])
    let other = try #require(runs.first)
    #expect(selection.cells(of: other) == [])
  }

  @Test func lastValueOfTheLastAttemptCounts() throws {
    let store = try SampleStore()
    var cell = SampleStore.CellPlan("m", "fine-tune")
    cell.metrics = (0..<12).map { StageMetric("loss", step: $0, Double($0)) }
    cell.metrics.append(StageMetric("other", 99))
    _ = try store.record([cell], id: "20261120-000000-aaaaaa", text: "{}")
    #expect(try selected(store, "metric.loss = 11") == ["20261120"])
    #expect(try store.records.lastValues(of: "loss").map(\.value) == [11])
  }

  @Test(arguments: [
    ("status = done and metric.test/acuracy > 0.9", 18, "'test/accuracy'"),
    ("axis.backbon = cnn", 0, "'backbone'"), ("parameter.sed = 1", 0, "'seed'"),
  ])
  func unknownNamesAreErrors(text: String, place: Int, hint: String) throws {
    let store = try store()
    let error = #expect(throws: QueryError.self) { try selected(store, text) }
    #expect(error?.place == place)
    #expect(error?.reason.contains(hint) == true, "\(error?.reason ?? "")")
  }
}
