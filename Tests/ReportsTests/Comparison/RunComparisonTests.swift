import PipelineDSL
import Statistics
import Store
import Testing

@testable import Reports

struct RunComparisonTests {
  private func compare(
    _ first: [SampleStore.CellPlan], _ second: [SampleStore.CellPlan],
    parameters: JSONObject = ["seed": 17, "size": 224], text: String = SampleCells.text,
    environment: [String: String] = ["assay": "1.0"]
  ) throws -> RunComparison {
    let store = try SampleStore()
    let a = try store.record(
      first, id: "20261121-000000-aaaaaa", text: SampleCells.text, environment: ["assay": "1.0"])
    let b = try store.record(
      second, id: "20261122-000000-bbbbbb", text: text, parameters: parameters,
      started: 1_795_400_000, environment: environment)
    return try RunComparison(a, b, records: store.records, cache: store.cache)
  }

  private let small = SampleCells().all.only("labels", "model", "scores")

  @Test func repeatedRunIsEqual() throws {
    var again = small
    for index in again.indices { (again[index].status, again[index].seconds) = (.hit, 0) }
    let comparison = try compare(small, again)
    #expect(comparison.isEqual)
    #expect(comparison.unchanged == small.count)
    #expect(comparison.firstStage == nil)
    #expect(
      comparison.text.hasSuffix(
        """
        The results are equal.

        checked and test metrics: no difference (18 unchanged)

        metrics of repeats: no stage has 3 cells in both runs to pair

        predictions: no difference (0 unchanged)

        pipeline: same text (3610f29bc979)

        parameters: no difference (2 unchanged)

        inputs: no difference

        code and environment: no difference (1 unchanged)

        stages: no difference (5 cells)

        other metrics: no difference (44 unchanged)

        artifacts: no difference (6 unchanged)

        """))
    #expect(comparison.json["equal"]?.truth == true)
    #expect(comparison.json["unchanged"]?["cells"] == 5)
  }

  @Test func findsTheFirstDifferingStageAndItsDependents() throws {
    let changed = SampleCells(shift: 0.03, rate: 0.01).all.only("labels", "model", "scores")
    let comparison = try compare(
      small, changed, parameters: ["seed": 17, "rate": 0.01], text: "{}",
      environment: ["assay": "1.1"])
    #expect(!comparison.isEqual)
    #expect(comparison.firstStage == "model")
    #expect(comparison.unchanged == 2)
    let model = try #require(comparison.cells.first { $0.cell == "model@backbone=cnn" })
    #expect(model.isRoot)
    #expect(model.fields.map(\.pointer) == ["/parameters/learning-rate"])
    let scores = try #require(comparison.cells.first { $0.cell == "scores@backbone=cnn" })
    #expect(!scores.isRoot)
    #expect(
      comparison.artifacts.map { "\($0.cell) \($0.port)" } == [
        "model@backbone=cnn model", "scores@backbone=cnn metrics",
      ])
    let loss = try #require(comparison.metrics.first { $0.name == "test/loss" })
    let change = try #require(loss.change)
    #expect(abs(change + 0.03) < 1e-12)
    #expect(comparison.parameters.different.map(\.name) == ["rate", "size"])
    #expect(comparison.fields.parameters.map(\.name) == ["learning-rate"])
    let text = comparison.text
    #expect(text.contains("The results differ, first at stage 'model'.\n"))
    #expect(text.contains("stages: first to differ is 'model'; 3 differ, 2 unchanged"))
    #expect(text.contains("  model (2 cells)  learning-rate  0.001  0.01\n"))
    #expect(text.contains("1 cell differs only in its inputs"))
    #expect(text.contains("  program assay  1.0  1.1\n"))
    #expect(text.contains("0.3400  0.3100     -0.0300"))
  }

  @Test func cellsInOnlyOneRunAreListed() throws {
    let comparison = try compare(small, Array(small.dropLast()))
    #expect(!comparison.isEqual)
    #expect(comparison.onlyInA == ["scores@backbone=mobilenet-v2"])
    #expect(comparison.firstStage == "scores")
    #expect(comparison.text.contains("  only in a: scores@backbone=mobilenet-v2\n"))
    #expect(comparison.markdown.contains("- only in a: scores@backbone=mobilenet-v2\n"))
  }

  @Test func failureIsADifference() throws {
    var broken = small
    broken[1].status = .failed
    broken[2].status = .skipped
    let comparison = try compare(small, broken)
    #expect(!comparison.isEqual)
    #expect(comparison.text.contains("model@backbone=cnn: executed in a, failed in b"))
    #expect(comparison.text.contains("no key in run 20261122-000000-bbbbbb"))
    #expect(comparison.artifacts.allSatisfy { $0.b == nil })
  }

  @Test func nanEqualsItself() throws {
    var cell = SampleStore.CellPlan("m", "fine-tune")
    cell.metrics = [StageMetric("loss", step: 0, .nan), StageMetric("loss", step: 1, 1)]
    #expect(try compare([cell], [cell]).isEqual)
    var other = cell
    other.metrics[0].value = 2
    let comparison = try compare([cell], [other])
    #expect(comparison.metrics.map(\.steps) == [1])
    #expect(comparison.metrics.first?.change == 0)
  }

  @Test func sectionOrderIsFixed() throws {
    let changed = SampleCells(shift: 0.03, rate: 0.01).all.only("labels", "model", "scores")
    for text in [try compare(small, changed).text, try compare(changed, small).text] {
      let titles = text.split(separator: "\n").filter { !$0.hasPrefix(" ") && $0.contains(": ") }
        .map { $0.prefix { $0 != ":" } }
      #expect(
        titles == [
          "checked and test metrics", "metrics of repeats", "predictions", "pipeline",
          "parameters", "inputs", "code and environment", "stages", "other metrics", "artifacts",
        ])
    }
  }

  @Test func predictionsOfTheSameSamplesAreTested() throws {
    func scores(_ wrong: Int) -> SampleStore.CellPlan {
      var lines = "id,part,label,predicted,p_AML\n"
      for index in 0..<60 {
        lines += "\(index),test,AML,\(index % 60 < wrong ? "ALL" : "AML"),0.5\n"
      }
      var cell = SampleStore.CellPlan("scores", "evaluate")
      cell.parameters = ["wrong": .integer(wrong)]
      cell.outputs = [.init("predictions", .predictions, text: ["predictions.csv": lines])]
      return cell
    }
    let comparison = try compare([scores(1)], [scores(9)])
    let part = try #require(comparison.predictions.first?.parts.first)
    #expect(part.samples == 60)
    #expect(part.test.b == 8)
    #expect(part.test.c == 0)
    #expect(part.test.method == .exact)
    #expect(comparison.text.contains("scores  test       60       8       0  0.0078  exact"))
    let json = comparison.json["predictions"]?.elements?.first?["parts"]?.elements?.first
    #expect(json?["p"]?.real == 0.0078125)
    #expect(json?["test"]?.text == "exact binomial")
    #expect(
      comparison.markdown.contains("| scores | test | 60 | 8 | 0 | 0.0078 | exact binomial |"))
  }

  @Test func jsonContainsEveryDifference() throws {
    let changed = SampleCells(shift: 0.03, rate: 0.01).all.only("labels", "model", "scores")
    let json = try compare(small, changed).json
    #expect(json["stages"]?["first"]?.text == "model")
    #expect(json["stages"]?["different"]?.elements?.count == 3)
    #expect(json["metrics"]?.elements?.isEmpty == false)
    #expect(try JSONParser.parse(JSONPrettyForm.text(of: json)) == json)
  }

  @Test func checkedAndTestMetricsComeFirst() throws {
    let changed = SampleCells(shift: 0.03).all.only("labels", "model", "scores")
    let comparison = try compare(small, changed)
    let first = try #require(comparison.text.firstRange(of: "checked and test metrics: 8 differ"))
    let others = try #require(comparison.text.firstRange(of: "other metrics: "))
    #expect(first.lowerBound < others.lowerBound)
    #expect(
      comparison.text.contains("at-least 0.8800: met in b, not in a"), "\(comparison.text)")
    let table = try comparison.metricTable(
      of: ["scores@backbone=cnn"],
      ListingRequest(columns: ["metric", "difference"], sort: "-difference", limit: 1))
    #expect(table.csv.hasPrefix("metric,difference\n"))
    #expect(table.json.elements?.count == 1)
    #expect(comparison.json["metrics"]?.elements?.contains { $0["leads"]?.truth == true } == true)
  }

  @Test func terminalsGetLinesOfTheirWidth() throws {
    let changed = SampleCells(shift: 0.03, rate: 0.01).all.only("labels", "model", "scores")
    let text = try compare(small, changed, text: "{}").text(width: 80)
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }
}
