import PipelineDSL
import Testing

@testable import Reports

struct RecordTablesTests {
  private func entries(
    _ make: (RunFacts) -> [ExportTables.Entry], grid: Bool
  ) throws -> [String: ExportTable] {
    let store = try SampleStore()
    let facts =
      grid
      ? try RunFacts(try store.grid(), store.records)
      : try store.context(SampleCells().all.only("scores")).facts
    var tables: [String: ExportTable] = [:]
    for entry in make(facts) {
      if case .value(let table)? = entry.make() { tables[entry.name] = table }
    }
    return tables
  }

  @Test func resultsAreInTheLayoutOfAPaper() throws {
    let tables = try entries(
      { RecordTables.results(GridLayout($0, $0.edges, ResultsRequest()), $0) }, grid: true)
    let table = try #require(tables["results/scores/test/accuracy"])
    #expect(
      table.display.rows[0] == [
        "vgg16", "0.9600 ± 0.1271 (2) | 0.9790", "0.9000 ± 0 (2) | 0.9656",
      ])
    #expect(table.full.columns.prefix(3) == ["backbone", "policy", "metric"])
    #expect(table.full.rows[0].prefix(6) == ["vgg16", "mixup", "test/accuracy", "value", "2", "2"])
    for part in ["n = 40 samples", "by Student's t", "repeats over seed", "no test"] {
      #expect(table.caption.contains(part), "\(part)")
    }
  }

  @Test func checksHaveTheirThresholds() throws {
    let table = try #require(try entries(RecordTables.checks, grid: false)["checks"])
    #expect(
      table.full.rows.first == [
        "scores@backbone=cnn", "test/macro-f1", "0.872", "at-least", "0.88", "no",
      ])
    #expect(try entries(RecordTables.checks, grid: true).isEmpty)
  }

  @Test func metricsHaveAColumnPerCell() throws {
    let table = try #require(try entries(RecordTables.metrics, grid: false)["metrics/scores"])
    #expect(
      table.full.columns == ["metric", "scores@backbone=cnn", "scores@backbone=mobilenet-v2"])
    #expect(table.full.rows.contains { $0[0] == "test/accuracy" && $0[1] == "0.89" })
  }
}
