import PipelineDSL
import Testing

@testable import Stages

@Suite struct RankComparisonTests {
  /// Accuracies of models, by block; `nil` where a cell is missing.
  private func table(_ values: [String: [Double?]]) -> ComparisonTable {
    let cells = values.sorted { $0.key < $1.key }.flatMap { model, scores in
      scores.enumerated().compactMap { index, score in
        score.map {
          ComparisonTable.Cell(
            coordinates: ["model": model, "set": String(index / 2), "seed": String(index % 2)],
            values: ["accuracy": $0, "loss": 1 - $0])
        }
      }
    }
    return ComparisonTable(
      axes: ["model", "seed", "set"], metrics: ["accuracy", "loss"], cells: cells, repeats: "seed")
  }

  private func ranked(
    _ values: [String: [Double?]], _ posthoc: PostHocTest = .nemenyi
  ) throws -> RankComparison {
    try RankComparison(
      table(values), metrics: ["accuracy", "loss"], .init(axis: "model", posthoc: posthoc))
  }

  private let eight: [String: [Double?]] = [
    "a": [0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97],
    "b": [0.8, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86, 0.87],
    "c": [0.89, 0.9, 0.905, 0.91, 0.93, 0.94, 0.98, 0.99],
  ]

  @Test("the higher accuracy and the lower loss rank first")
  func direction() throws {
    let ranks = try ranked(eight).ranks
    #expect(ranks.columns == ["metric", "model", "blocks", "mean-rank", "low", "high", "mean"])
    #expect(ranks.rows.map { $0[1] } == ["a", "c", "b", "a", "c", "b"])
    #expect(ranks.rows.map { $0[3] } == ["1.25", "1.75", "3", "1.25", "1.75", "3"])
    #expect(ranks.rows.map { $0[2] }.allSatisfy { $0 == "8" })
    #expect(ranks.rows[2][4...5] == ["3", "3"], "always the last")
    #expect(ranks.rows[0][4] == "1", "no rank is below 1")
  }

  @Test("pairs say which value is numerically higher, and only if both tests find it")
  func verdicts() throws {
    let found = try ranked(eight)
    let verdict = try found.pairs.column("verdict")
    #expect(
      found.pairs.rows.map { $0[1...2].joined() + " " + $0[verdict] } == [
        "ac no-difference", "ab higher", "cb higher", "ac no-difference", "ab lower", "cb lower",
      ])
    #expect(found.numbers["ranks/accuracy/model=a"] == 1.25)
    #expect((found.numbers["ranks/accuracy/permutation-p"] ?? 1) < 0.01)
    #expect(isNear(found.numbers["ranks/accuracy/critical-difference"] ?? 0, 1.1717, 1e-3))
    let wilcoxon = try ranked(eight, .wilcoxonHolm)
    #expect(
      wilcoxon.pairs.rows.map { $0[verdict] } == [
        "no-difference", "higher", "higher", "no-difference", "lower", "lower",
      ])
    #expect(wilcoxon.numbers["ranks/accuracy/critical-difference"] == nil)
    #expect(wilcoxon.metrics[0].ties == [0...1])
  }

  @Test("equal values share ranks, and blocks of equal values show nothing")
  func ties() throws {
    let found = try ranked(["a": [0.5, 0.5, 0.5, 0.5], "b": [0.5, 0.5, 0.5, 0.5]])
    #expect(found.ranks.rows.map { $0[3] } == ["1.5", "1.5", "1.5", "1.5"])
    #expect(found.pairs.rows.map(\.last) == ["untested", "untested"])
    #expect(found.numbers["ranks/accuracy/permutation-p"] == nil)
    let half = try ranked(["a": [0.5, 0.5, 0.6, 0.7], "b": [0.5, 0.5, 0.5, 0.5]])
    #expect(half.ranks.rows.prefix(2).map { $0[3] } == ["1.25", "1.75"])
  }

  @Test("blocks that lack a value are left out and told")
  func missing() throws {
    var values = eight
    values["b"]?[3] = nil
    let found = try ranked(values)
    #expect(found.ranks.rows[0][2] == "7")
    #expect(
      found.warnings == [
        "1 of 8 blocks lack model=b and are left out, so that 21 cells are ranked"
      ])
    let failure = #expect(throws: StageError.self) {
      try ranked(["a": [0.5, nil], "b": [nil, 0.5]])
    }
    #expect(failure?.hint?.contains("'a' has 1 of 2 blocks") == true)
  }

  @Test("a single block is shown and not tested, a single value is refused")
  func single() throws {
    let found = try ranked(["a": [0.5], "b": [0.6], "c": [0.7]])
    #expect(found.ranks.rows[0] == ["accuracy", "c", "1", "1", "", "", "0.7"])
    #expect(found.pairs.rows.allSatisfy { $0.last == "untested" })
    #expect(
      found.warnings == ["there is a single block: ranks are shown, but nothing can be tested"])
    #expect(throws: StageError.self) { try ranked(["a": [0.5, 0.6]]) }
    let wilcoxon = try ranked(["a": [0.5], "b": [0.6]], .wilcoxonHolm)
    #expect(wilcoxon.pairs.rows.allSatisfy { $0.last == "untested" })
  }

  @Test("two values over few blocks cannot differ, whatever F says")
  func two() throws {
    let found = try ranked(["a": [0.9, 0.8, 0.9], "b": [0.5, 0.6, 0.5]])
    #expect(found.pairs.rows.map(\.last) == ["no-difference", "no-difference"])
    #expect((found.numbers["ranks/accuracy/permutation-p"] ?? 0) > 0.2)
    let eight = try ranked([
      "a": [0.9, 0.8, 0.9, 0.7, 0.9, 0.8, 0.9, 0.7], "b": [0.5, 0.6, 0.5, 0.4, 0.5, 0.6, 0.5, 0.4],
    ])
    #expect(eight.pairs.rows.map(\.last) == ["higher", "lower"])
  }

  @Test("cells without the axis are not ranked")
  func withoutAxis() throws {
    var table = table(eight)
    table = ComparisonTable(
      axes: table.axes + ["network"], metrics: table.metrics,
      cells: table.cells + [.init(coordinates: ["network": "x"], values: ["accuracy": 1])],
      repeats: nil)
    let found = try RankComparison(table, metrics: ["accuracy"], .init(axis: "model"))
    #expect(found.ranks.rows.count == 3)
    #expect(found.warnings == ["1 of 25 cells have no 'model': not ranked"])
  }
}
