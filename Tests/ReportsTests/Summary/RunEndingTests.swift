import PipelineDSL
import Store
import Testing

@testable import Reports

@Suite struct RunEndingTests {
  private func ending(_ cells: [SampleStore.CellPlan], text: String = GridCells.text) throws
    -> RunEnding
  {
    let store = try SampleStore()
    let run = try store.record(
      cells, id: "20261121-231501-ab12cd", pipeline: "grid", text: text)
    return try RunEnding(of: run, records: store.records)
  }

  private func scores(_ seed: Int, _ value: Double, threshold: Double) -> SampleStore.CellPlan {
    var cell = SampleStore.CellPlan("scores@backbone=vgg16,policy=mixup,seed=\(seed)", "evaluate")
    cell.metrics = [StageMetric("test/macro-f1", value)]
    cell.checks = [MetricCheck(metric: "test/macro-f1", relation: .atLeast, threshold: threshold)]
    cell.references = [("test/macro-f1", 0.9672, "a paper")]
    return cell
  }

  @Test func meansOverRepeats() throws {
    let all = try ending([scores(1, 0.9, threshold: 0.85), scores(2, 0.94, threshold: 0.85)])
    #expect(
      all.text(columns: 100) == """
        cell                                metric         value                published  check
        scores@backbone=vgg16,policy=mixup  test/macro-f1  0.9200 ± 0.0283 (2)     0.9672  ≥ 0.8500 met

        """)
    let unmet = try ending([scores(1, 0.9, threshold: 0.92), scores(2, 0.94, threshold: 0.92)])
    #expect(unmet.text(columns: 100).hasSuffix("≥ 0.9200 NOT MET in 1\n"))
  }

  @Test(arguments: [60, 80, 120])
  func fitsTheWidth(columns: Int) throws {
    let text = try ending([scores(1, 0.9, threshold: 0.85), scores(2, 0.94, threshold: 0.85)])
      .text(columns: columns)
    for line in text.split(separator: "\n") where columns >= 80 {
      #expect(line.count <= columns, "\(line)")
    }
    // The end of a name tells cells apart.
    #expect(text.contains("mixup  test/macro-f1") || columns == 60)
  }

  @Test func columnsWithoutContentAreLeftOut() throws {
    var cell = SampleStore.CellPlan("scores", "evaluate")
    cell.metrics = [StageMetric("test/accuracy", 0.5), StageMetric("train/accuracy", 1)]
    #expect(
      try ending([cell], text: "{}").text(columns: 80) == """
        cell    metric         value
        scores  test/accuracy  0.5000

        """)
  }

  @Test func historiesCountByTheValueThatWasChecked() throws {
    var cell = SampleStore.CellPlan("model", "fine-tune")
    cell.metrics = [StageMetric("loss", step: 0, 0.5), StageMetric("loss", step: 1, 0.25)]
    cell.checks = [MetricCheck(metric: "loss", relation: .atMost, threshold: 0.1)]
    let text = try ending([cell], text: "{}").text(columns: 80)
    #expect(text.hasSuffix("model  loss    0.2500  ≤ 0.1000 NOT MET\n"), "\(text)")
  }

  @Test func missingAndDamagedValuesAreShown() throws {
    var cell = SampleStore.CellPlan("scores\u{1B}[2J", "evaluate")
    cell.metrics = [StageMetric("test/accuracy", .nan)]
    cell.checks = [MetricCheck(metric: "no-such", relation: .atLeast, threshold: 0.5)]
    let text = try ending([cell], text: "not JSON").text(columns: 80)
    #expect(text.contains("not a number") && text.contains("none") && text.contains("NOT MET"))
    #expect(!text.contains("\u{1B}"))
  }

  @Test func manyScoresAreCut() throws {
    let cells = (1...40).map { number in
      var cell = SampleStore.CellPlan("scores@size=\(number)", "evaluate")
      cell.metrics = [StageMetric("test/accuracy", 0.5)]
      cell.checks = [
        MetricCheck(
          metric: "test/accuracy", relation: .atLeast, threshold: number == 40 ? 0.9 : 0.1)
      ]
      return cell
    }
    let text = try ending(cells, text: #"{"axes": {"size": [1]}}"#).text(columns: 80)
    // The one that needs attention comes first.
    #expect(text.split(separator: "\n")[1].hasPrefix("scores@size=40 "))
    #expect(text.hasSuffix("and 16 more scores\n"))
  }

  @Test func runWithoutScoresHasNoTable() throws {
    #expect(try ending([SampleStore.CellPlan("a", "command")], text: "{}").text(columns: 80) == "")
  }
}
