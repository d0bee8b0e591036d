import PipelineDSL
import Store
import Testing

@testable import Reports

@Suite struct GridLayoutTests {
  private func tables(
    _ request: ResultsRequest = ResultsRequest(),
    _ cells: [SampleStore.CellPlan] = GridCells.all
  ) throws -> [GridTable] {
    let store = try SampleStore()
    let run = try store.grid(cells)
    return GridLayout(
      try RunFacts(run, store.records), try store.records.edges(run: run.run.id), request
    ).tables
  }

  @Test("rows and columns are the axes with the most values, means are over seeds")
  func defaults() throws {
    let tables = try tables()
    #expect(tables.map(\.title) == ["scores: test/accuracy"], "the metric with a reference")
    let table = try #require(tables.first)
    #expect(table.rowAxis == "backbone" && table.columnAxis == "policy")
    #expect(table.repeats == ["seed"])
    #expect(table.rows == ["vgg16", "cnn", "resnet50"])
    #expect(table.columns == ["mixup", "augmix"])
    #expect(
      table.texts == [
        ["0.9600 ± 0.1271 (2) | 0.9790", "0.9000 ± 0 (2) | 0.9656"],
        ["0.8750 [0.7389, 0.9454] (1 of 2) | 0.9790", "failed | 0.9656"],
        ["0.6250 ± 1.588 (2)", "–"],
      ])
    #expect(
      table.legend == [
        "± half of the 95 % interval of the mean over seed, by Student's t",
        "in parentheses the number of repeats over seed",
        "in brackets the 95 % interval of Wilson, from the number of samples",
        "ours | published: Doe 2024, table 10", "failed: the cell or one that it needs failed",
      ])
  }

  @Test("axes and metrics can be chosen, and further axes give tables of their own")
  func choices() throws {
    let tables = try tables(
      ResultsRequest(
        rows: "policy", columns: "seed", metrics: ["test/loss", "test/accuracy"],
        repeats: ["backbone"]))
    #expect(tables.map(\.title) == ["scores: test/loss", "scores: test/accuracy"])
    #expect(tables[0].rows == ["mixup", "augmix"] && tables[0].columns == ["1", "2"])
    let apart = try self.tables(ResultsRequest(rows: "policy", columns: "seed", repeats: ["x"]))
    #expect(
      apart.map(\.title)
        == ["vgg16", "cnn", "resnet50"].map {
          "scores: test/accuracy, backbone=\($0)"
        })
  }

  @Test("with one axis of several values, metrics are the columns")
  func metricsAsColumns() throws {
    let cells = GridCells.all.filter { $0.name.contains("policy=mixup,seed=1") }
    let tables = try tables(ResultsRequest(metrics: ["test/accuracy", "test/loss"]), cells)
    #expect(tables.count == 1)
    #expect(tables[0].title == "scores: policy=mixup")
    #expect(tables[0].columns == ["test/accuracy", "test/loss"])
    #expect(
      tables[0].texts[0] == ["0.9500 [0.8350, 0.9862] (1) | 0.9790", "0.0500 (1)"])
  }

  @Test("a stage without axes has one row")
  func withoutAxes() throws {
    var scores = SampleStore.CellPlan("scores", "evaluate")
    scores.metrics = [
      StageMetric("test/accuracy", step: 3, 0.1), StageMetric("test/macro-f1", 0.5),
      StageMetric("test/loss", .nan),
    ]
    let tables = try tables(ResultsRequest(), [scores])
    #expect(tables.map(\.title) == ["scores"])
    #expect(tables[0].corner == "stage")
    #expect(tables[0].rows == ["scores"])
    #expect(tables[0].columns == ["test/macro-f1"], "no histories, no numbers that are not finite")
    #expect(tables[0].texts == [["0.5000"]])
    #expect(tables[0].legend.isEmpty)
  }

  @Test("a run without the metrics has no table")
  func nothing() throws {
    #expect(try tables(ResultsRequest(metrics: ["other"])).isEmpty)
    #expect(try tables(ResultsRequest(), [SampleStore.CellPlan("a", "command")]).isEmpty)
  }
}
