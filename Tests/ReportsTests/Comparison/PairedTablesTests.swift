import PipelineDSL
import Store
import Testing

@testable import Reports

struct PairedTablesTests {
  private static let text = """
    { "assay": 1, "name": "x", "axes": { "seed": [1, 2, 3] },
      "stages": { "scores": { "uses": "evaluate", "with": { "seed": "${seed}" } } } }
    """

  private func run(_ number: Int, predicted: [String], in store: SampleStore) throws -> RunSummary {
    let rows = predicted.enumerated().map { "s\($0),test,AML,\($1)\n" }.joined()
    let cells = (1...3).map { seed in
      var cell = SampleStore.CellPlan("scores@seed=\(seed)", "evaluate")
      cell.metrics = [StageMetric("test/accuracy", Double(number) + Double(seed) / 8)]
      cell.outputs = [
        .init(
          "predictions", .predictions,
          text: ["predictions.csv": "id,part,label,predicted\n\(rows)"])
      ]
      return cell
    }
    return try store.record(cells, id: "run-\(number)", text: Self.text)
  }

  @Test func predictionsHaveTheirTest() throws {
    let store = try SampleStore()
    let runs = [
      try run(1, predicted: ["AML", "AML", "ALL"], in: store),
      try run(2, predicted: ["AML", "ALL", "ALL"], in: store),
    ]
    let compared = try ComparedRuns(runs, records: store.records, cache: store.cache)
    let html = try #require(PairedTables.html(compared)).text
    #expect(html.contains("McNemar"))
    // Three samples: one right in both runs, one wrong in both, one right only in a.
    let row =
      "<td class=\"n\">3</td><td class=\"n\">1</td><td class=\"n\">1</td><td class=\"n\">1</td>"
    #expect(html.replacing("\n", with: "").contains(row), "\(html)")
  }

  @Test func equalRunsHaveNoTables() throws {
    let store = try SampleStore()
    let first = try run(1, predicted: ["AML"], in: store)
    let compared = try ComparedRuns([first, first], records: store.records, cache: store.cache)
    #expect(PairedTables.html(compared) == nil)
  }
}
