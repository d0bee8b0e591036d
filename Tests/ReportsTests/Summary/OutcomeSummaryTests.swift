import PipelineDSL
import Store
import Testing

@testable import Reports

@Suite struct OutcomeSummaryTests {
  private func summary(
    _ cells: [SampleStore.CellPlan], exit: Int, end: RunStatus? = .done, note: String? = nil,
    against: [SampleStore.CellPlan]? = nil
  ) throws -> OutcomeSummary {
    let store = try SampleStore()
    let old = try against.map {
      try store.record($0, id: "20261120-000000-aaaaaa", text: SampleCells.text)
    }
    let run = try store.record(
      cells, id: "20261121-231501-ab12cd", text: SampleCells.text, end: end)
    let report = try old.map {
      try RegressionReport(of: run, against: $0, tolerance: .zero, records: store.records)
    }
    return try OutcomeSummary(
      of: run, exit: exit, report: report, note: note, records: store.records,
      objects: store.objects)
  }

  private var cells: [SampleStore.CellPlan] { SampleCells().all.only("labels", "model", "scores") }

  @Test func runWithOnlyHitsIsGood() throws {
    var cells = Array(cells.prefix(2))
    for index in cells.indices { cells[index].status = .hit }
    let summary = try summary(cells, exit: 0, note: "no earlier good run")
    #expect(summary.verdict == "good, nothing had to run")
    let json = summary.json
    #expect(json["status"]?.text == "done")
    #expect(json["counts"]?["hit"] == 2)
    #expect(json["seal"]?.text?.count == 64)
    #expect(json["against"] == .null)
    #expect(json["note"]?.text == "no earlier good run")
    #expect(summary.markdown.hasPrefix("# five-class: good, nothing had to run\n"))
    #expect(summary.markdown.contains("## Changes\n\nno earlier good run\n"))
  }

  @Test func failuresShowTheirLog() throws {
    var cells = cells
    cells[1].status = .failed
    cells[1].reason = "a | b\nc"
    cells[2].status = .skipped
    let summary = try summary(cells, exit: 1, end: .failed)
    #expect(summary.verdict == "1 stage failed")
    let failure = try #require(summary.json["failures"]?.elements?.first)
    #expect(failure["cell"]?.text == "model@backbone=cnn")
    #expect(
      failure["log"]?.elements == ["loading", "step 1", "Traceback <module>"])
    #expect(summary.json["skipped"]?.elements?.count == 1)
    let page = summary.markdown
    #expect(page.contains("- model@backbone=cnn failed: a \\| b c\n"))
    #expect(page.contains("    Traceback <module>\n"))
  }

  @Test func titleNamesRegressionsAndUnmetChecks() throws {
    var old = cells
    for index in old.indices {
      old[index].metrics = old[index].metrics.map {
        StageMetric($0.name, step: $0.step, $0.value + 0.1)
      }
    }
    let summary = try summary(cells, exit: 1, end: .failed, against: old)
    #expect(summary.verdict == "1 check not met, 2 regressions")
    let moves = try #require(summary.json["regressions"]?.elements)
    #expect(moves.map { $0["metric"]?.text } == ["test/macro-f1", "test/macro-f1"])
    #expect(moves[0]["relation"]?.text == "at-least")
    #expect(summary.json["against"]?["run"]?.text == "20261120-000000-aaaaaa")
    #expect(summary.json["unmet-checks"]?.elements?.count == 1)
    #expect(summary.markdown.contains("## Regressions\n"))
    #expect(summary.markdown.contains("| scores@backbone=cnn | test/macro-f1 | at-least |"))
    #expect(summary.markdown.contains("## Warnings\n"))
    #expect(try JSONParser.parse(JSONPrettyForm.text(of: summary.json)) == summary.json)
  }

  @Test("missing data are in the title, in a section of their own, and in JSON")
  func missingDataAreListed() throws {
    let store = try SampleStore()
    var cell = SampleStore.CellPlan("pbc", "ingest/pbc")
    (cell.status, cell.reason) = (.skipped, "data missing: data/PBC")
    let run = try store.record(
      [cell], id: "20261121-000000-aaaaaa", text: "{}", end: .dataMissing)
    try store.addMissing(to: run.run.id)
    let summary = try OutcomeSummary(
      of: run, exit: 1, report: nil, note: nil, records: store.records, objects: store.objects)
    #expect(summary.verdict == "1 cell could not run: data missing")
    #expect(summary.json["status"]?.text == "data-missing")
    let missing = try #require(summary.json["missing"]?.elements?.first)
    #expect(missing["path"]?.text == "data/PBC")
    #expect(missing["where-to-get"]?.text == "https://example.org")
    #expect(summary.markdown.contains("## Data missing\n\n1 cell could not run\n"))
    #expect(!summary.markdown.contains("## Failures"))
    let shown = try RunDescription(run, records: store.records)
    #expect(shown.text.contains("data missing: 1 cell could not run\n"))
    #expect(shown.json["missing"]?.elements?.count == 1)
  }

  @Test func unfinishedRunStatesItsError() {
    let json = OutcomeSummary.json(
      .notStarted, file: "p.json", run: nil, error: "p.json:1:1: error", exit: 3, at: 0)
    #expect(json["status"]?.text == "not-started")
    #expect(json["error"]?.text == "p.json:1:1: error")
    #expect(json["exit"] == 3)
    let page = OutcomeSummary.markdown(
      .brokenOff, file: "p.json", run: "r", error: "no room\nleft", exit: 1, at: 0)
    #expect(page.hasPrefix("# p.json: broken-off\n"))
    #expect(page.contains("    no room\n    left\n"))
  }
}
