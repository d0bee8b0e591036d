import PipelineDSL
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

  @Test func aRepeatedRunIsEqual() throws {
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

        pipeline: same text (3610f29bc979)
        parameters: no difference
        environment: no difference
        stages: no difference (5 cells)
        artifacts: no difference
        metrics: no difference

        """))
    #expect(comparison.json["equal"]?.truth == true)
  }

  @Test func findsTheFirstStageAndWhatFollows() throws {
    let changed = SampleCells(shift: 0.03, rate: 0.01).all.only("labels", "model", "scores")
    let comparison = try compare(
      small, changed, parameters: ["seed": 17, "rate": 0.01], text: "{}",
      environment: ["assay": "1.1"])
    #expect(!comparison.isEqual)
    #expect(comparison.firstStage == "model")
    #expect(comparison.unchanged == 1)
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
    #expect(comparison.parameters.map(\.name) == ["rate", "size"])
    let text = comparison.text
    #expect(text.contains("stages: first to differ is 'model'; 3 differ, 2 unchanged"))
    #expect(text.contains("    /parameters/learning-rate: 0.001 -> 0.01\n"))
    #expect(text.contains("1 cell differs only by what it takes in"))
    #expect(text.contains("0.3400  0.3100     -0.0300"))
  }

  @Test func cellsOfOneRunAreNamed() throws {
    let comparison = try compare(small, Array(small.dropLast()))
    #expect(!comparison.isEqual)
    #expect(comparison.onlyInA == ["scores@backbone=mobilenet-v2"])
    #expect(comparison.firstStage == "scores")
    #expect(comparison.text.contains("  only in a: scores@backbone=mobilenet-v2\n"))
  }

  @Test func aFailureIsADifference() throws {
    var broken = small
    broken[1].status = .failed
    broken[2].status = .skipped
    let comparison = try compare(small, broken)
    #expect(!comparison.isEqual)
    #expect(comparison.text.contains("model@backbone=cnn: executed in a, failed in b"))
    #expect(comparison.text.contains("it had no key in 20261122-000000-bbbbbb"))
    #expect(comparison.artifacts.allSatisfy { $0.b == nil })
  }

  @Test func whatIsNotANumberEqualsItself() throws {
    var cell = SampleStore.CellPlan("m", "fine-tune")
    cell.metrics = [StageMetric("loss", step: 0, .nan), StageMetric("loss", step: 1, 1)]
    #expect(try compare([cell], [cell]).isEqual)
    var other = cell
    other.metrics[0].value = 2
    let comparison = try compare([cell], [other])
    #expect(comparison.metrics.map(\.steps) == [1])
    #expect(comparison.metrics.first?.change == 0)
  }

  @Test func theJSONHoldsEveryDifference() throws {
    let changed = SampleCells(shift: 0.03, rate: 0.01).all.only("labels", "model", "scores")
    let json = try compare(small, changed).json
    #expect(json["stages"]?["first"]?.text == "model")
    #expect(json["stages"]?["different"]?.elements?.count == 4)
    #expect(json["metrics"]?.elements?.isEmpty == false)
    #expect(try JSONParser.parse(JSONPrettyForm.text(of: json)) == json)
  }
}
