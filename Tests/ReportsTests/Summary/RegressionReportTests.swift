import PipelineDSL
import Store
import Testing

@testable import Reports

@Suite struct RegressionReportTests {
  private let store: SampleStore

  init() throws { store = try SampleStore() }

  /// A run of one cell with a lower bound on `accuracy` and an upper bound on `loss`.
  private func run(
    _ id: String, accuracy: Double, loss: Double = 0.3, other: Double = 1, name: String = "scores",
    end: RunStatus? = .done, checked: Bool = true
  ) throws -> RunSummary {
    var cell = SampleStore.CellPlan(name, "evaluate")
    cell.parameters = ["id": .string(id)]
    cell.metrics = [
      StageMetric("accuracy", accuracy), StageMetric("loss", loss), StageMetric("other", other),
    ]
    if checked {
      cell.checks = [
        MetricCheck(metric: "accuracy", relation: .atLeast, threshold: 0.5),
        MetricCheck(metric: "loss", relation: .atMost, threshold: 0.9),
      ]
    }
    return try store.record([cell], id: id, text: SampleCells.text, end: end)
  }

  private func report(
    _ run: RunSummary, _ baseline: RunSummary, _ tolerance: String = "0"
  ) throws -> RegressionReport {
    try RegressionReport(
      of: run, against: baseline, tolerance: try #require(.init(tolerance)),
      records: store.records)
  }

  @Test func onlyMovesInTheWrongDirectionAreRegressions() throws {
    let old = try run("20260101-000000-aaaaaa", accuracy: 0.9)
    let worse = try report(
      try run("20260102-000000-aaaaaa", accuracy: 0.89, loss: 0.31, other: 0), old)
    #expect(worse.regressions.map(\.metric) == ["accuracy", "loss"])
    #expect(worse.changes.map(\.metric) == ["other"])
    #expect(worse.regressions[0].text == "scores accuracy (at-least): 0.9000 -> 0.8900")
    let better = try report(try run("20260103-000000-aaaaaa", accuracy: 0.95, loss: 0.2), old)
    #expect(better.regressions.isEmpty)
    #expect(better.changes.map(\.metric) == ["accuracy", "loss"])
    #expect(better.unchanged == 1)
  }

  @Test(arguments: [("0.01", 0), ("0.009", 1), ("1%", 1), ("2%", 0)])
  func toleranceIsAbsoluteOrRelative(_ tolerance: String, _ count: Int) throws {
    let old = try run("20260101-000000-aaaaaa", accuracy: 0.9)
    let new = try run("20260102-000000-aaaaaa", accuracy: 0.89)
    #expect(try report(new, old, tolerance).regressions.count == count)
  }

  @Test(arguments: ["", "x", "-1", "nan", "1%%", "%"])
  func invalidTolerancesAreNil(_ text: String) { #expect(RegressionReport.Tolerance(text) == nil) }

  @Test func missingOrNaNValueIsARegression() throws {
    let old = try run("20260101-000000-aaaaaa", accuracy: 0.9)
    let new = try run("20260102-000000-aaaaaa", accuracy: .nan, end: .failed)
    #expect(try report(new, old).regressions.map(\.metric) == ["accuracy"])
    // In the opposite direction, nothing was lost.
    #expect(try report(old, new).regressions.isEmpty)
  }

  @Test func bothBoundsGiveNoDirection() throws {
    var cell = RunFacts.CellFacts(
      row: StageRunRow(
        run: "r", cell: "c", stage: "c", kind: "k", key: nil, status: .hit, reason: "", started: 0))
    for relation in ["at-least", "at-most"] {
      cell.checks.append(
        CheckRow(
          stageRun: 1, metric: "m", relation: relation, threshold: 0, value: 0, met: true))
      #expect(cell.direction(of: "m")?.rawValue == (relation == "at-least" ? relation : nil))
    }
    #expect(cell.direction(of: "n") == nil)
  }

  @Test func lastGoodRunIsTheNewestGoodRun() throws {
    let first = try run("20260101-000000-aaaaaa", accuracy: 0.9)
    #expect(try RegressionReport.lastGood(before: first, records: store.records) == nil)
    let second = try run("20260102-000000-aaaaaa", accuracy: 0.8)
    // A run that failed, did not end, or has a recorded regression is not good.
    _ = try run("20260103-000000-aaaaaa", accuracy: 0.4, end: .failed)
    _ = try run("20260104-000000-aaaaaa", accuracy: 0.8, end: nil)
    try store.records.add(
      EventRow(run: second.run.id, kind: "regression", subject: "scores", at: 0))
    let new = try run("20260105-000000-aaaaaa", accuracy: 0.85)
    #expect(try RegressionReport.lastGood(before: new, records: store.records) == first)
    let last = try run("20260106-000000-aaaaaa", accuracy: 0.85)
    #expect(try RegressionReport.lastGood(before: last, records: store.records) == new)
  }

  @Test func runWithoutTheCheckedCellsIsPassedOver() throws {
    let whole = try run("20260101-000000-aaaaaa", accuracy: 0.9)
    let part = try run("20260102-000000-aaaaaa", accuracy: 0.9, name: "cells")
    let new = try run("20260103-000000-aaaaaa", accuracy: 0.9)
    #expect(try RegressionReport.lastGood(before: new, records: store.records) == whole)
    #expect(
      try report(new, part).uncovered == ["scores accuracy", "scores loss"])
    #expect(try report(new, whole).uncovered.isEmpty)
  }
}
