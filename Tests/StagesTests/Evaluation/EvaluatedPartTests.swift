import PipelineDSL
import Testing

@testable import Stages

/// Parts with too little to estimate from.
@Suite struct EvaluatedPartTests {
  private func check(_ part: EvaluatedPart, _ name: Comment) {
    let rows = part.intervals()
    for row in rows {
      #expect(row.value.isFinite, name)
      #expect((row.low == nil) == (row.high == nil), name)
      guard let low = row.low, let high = row.high else { continue }
      #expect(low.isFinite && high.isFinite && low <= high && low >= 0 && high <= 1, name)
    }
    let calibration = part.calibration()
    let curves = part.curves()
    let metrics = EvaluatedPart.metrics(of: rows).merging(calibration.metrics) { $1 }
      .merging(curves.metrics) { $1 }
    #expect(metrics.values.allSatisfy { $0.isFinite }, name)
    #expect(metrics["accuracy-low"] != nil && metrics["ece"] != nil && metrics["aurc"] != nil, name)
    #expect(!calibration.table.rows.isEmpty, name)
    var tables = EvaluationTables()
    tables.add(part, rows)
  }

  @Test func smallPartsHaveFiniteScores() {
    check(.bench([0], [[1, 0]]), "one sample")
    check(.bench([1], [[1, 0]]), "one wrong sample")
    check(.bench([0, 0, 0], [[1, 0], [0, 1], [3, 0]]), "one class")
    check(.bench([0, 1, 0, 1], [[1, 0], [0, 1], [3, 0], [0, 2]]), "all right")
    check(.bench([0, 1, 0, 1], [[0, 1], [1, 0], [0, 3], [2, 0]]), "all wrong")
    check(
      .bench([0, 1, 0, 1], [[1, 0], [1, 0], [3, 0], [0, 2]], groups: ["p", "p", "q", "q"]),
      "two groups")
    check(.bench([0, 1], [[1, 0], [1, 0]], groups: ["p", "p"]), "one group")
    check(.bench([0, 1, 2], [[1, 1, 1], [0, 0, 0], [2, 2, 2]]), "equal logits")
    check(.bench([0, 1], [[3e38, -3e38], [3e38, -3e38]]), "extreme logits")
  }

  @Test func nothingIsClaimedWhereNothingVaries() throws {
    let perfect = EvaluatedPart.bench([0, 1, 0, 1], [[1, 0], [0, 1], [3, 0], [0, 2]]).intervals()
    let f1 = try #require(perfect.first { $0.metric == "macro-f1" })
    // Resamples that are all right say nothing of the error; Wilson's interval does.
    #expect(f1.value == 1 && f1.low == nil)
    #expect(EvaluatedPart.metrics(of: perfect)["macro-f1-low"] == nil)
    let wilson = try #require(perfect.first { $0.metric == "accuracy" })
    #expect(wilson.high == 1 && (wilson.low ?? 1) < 0.6)
  }

  @Test func marginsRankThePredictedClass() {
    let part = EvaluatedPart.bench([0, 1], [[2, 0.5], [1.5, 1]])
    #expect(part.predictions == [0, 0] && part.right == [true, false])
    #expect(part.topMargins == [1.5, 0.5] && part.members(1) == [false, true])
    #expect(EvaluatedPart.probability(0) == 0.5 && EvaluatedPart.probability(-1e6) == 0)
    #expect(EvaluatedPart.text(1.0 / 3) == "0.333333333333" && EvaluatedPart.text(nil) == "")
    #expect(EvaluatedPart.text(.infinity) == "")
  }
}
