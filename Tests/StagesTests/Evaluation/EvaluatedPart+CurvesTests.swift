import PipelineDSL
import Testing

@testable import Stages

@Suite struct EvaluatedPartCurvesTests {
  @Test func tablesHaveThePointsOfEachClass() throws {
    let part = EvaluatedPart.bench([0, 1, 0], [[2, 0], [1, 0], [0, 1]])
    let (metrics, tables) = part.curves()
    #expect(
      tables.map(\.file) == ["roc_test.csv", "precision-recall_test.csv", "risk-coverage_test.csv"])
    let roc = tables[0].table.rows
    #expect(
      roc.prefix(4) == [
        ["a", "", "0", "0"], ["a", "2", "0", "0.5"], ["a", "1", "1", "0.5"], ["a", "-1", "1", "1"],
      ])
    #expect(roc.count == 8)
    #expect(tables[1].table.rows[1] == ["a", "1", "0.5", "0.5"])
    #expect(isNear(metrics["average-precision/a"] ?? 0, 0.5 + 0.5 * 2 / 3))
    #expect(isNear(metrics["average-precision/b"] ?? 0, 0.5))
    #expect(isNear(metrics["macro-average-precision"] ?? 0, (5.0 / 6 + 0.5) / 2))
    // Margins of the predicted class: 2 right, then 1 and 1, both wrong.
    #expect(tables[2].table.rows == [["2", "0.333333333333", "0"], ["1", "1", "0.666666666667"]])
    #expect(isNear(metrics["aurc"] ?? 0, (0 + 0.5 + 2.0 / 3) / 3))
  }

  @Test func classesWithoutBothSidesHaveNoROC() {
    let (metrics, tables) = EvaluatedPart.bench([0, 0], [[2, 0, 1], [1, 0, 2]]).curves()
    #expect(tables[0].table.rows.isEmpty)
    #expect(Set(tables[1].table.rows.map { $0[0] }) == ["a"])
    #expect(metrics["average-precision/a"] == 1 && metrics["average-precision/b"] == nil)
  }

  @Test func longCurvesAreThinnedWithBothEnds() throws {
    let truths = (0..<3000).map { $0 % 2 }
    let logits = (0..<3000).map { index in [Float(index * 37 % 3000) / 100, 0] }
    let part = EvaluatedPart.bench(truths, logits)
    let tables = part.curves().tables
    let roc = tables[0].table.rows.filter { $0[0] == "a" }
    #expect(roc.count == 1000)
    #expect(roc[0] == ["a", "", "0", "0"] && roc[999][2...] == ["1", "1"])
    #expect(tables[1].table.rows.count == 2000)
    #expect(tables[2].table.rows.count == 1000 && tables[2].table.rows[999][1] == "1")
  }
}
