import Foundation
import PipelineDSL
import Store
import Testing

@testable import Reports

struct VerdictSectionTests {
  private func body(_ cells: [SampleStore.CellPlan], end: RunStatus? = .done) throws -> String {
    let store = try SampleStore()
    let body = VerdictSection.body(try store.context(cells, end: end))
    return try withExtendedLifetime(store) { try #require(body).text }
  }

  @Test func checksThatAreNotMetComeFirstWithTheirValues() throws {
    var cell = SampleStore.CellPlan("scores", "evaluate")
    cell.checks = [
      MetricCheck(metric: "loss", relation: .atMost, threshold: 1),
      MetricCheck(metric: "f1", relation: .atLeast, threshold: 0.9),
    ]
    cell.metrics = [StageMetric("loss", 0.5)]
    let body = try body([cell], end: .unmet)
    #expect(body.hasPrefix("<div class=\"verdict mild\"><b>1 check not met.</b>"))
    let unmet = try #require(
      body.range(of: "<th scope=\"row\">f1</th><td>scores</td><td data-value=\"not met\">"))
    let met = try #require(body.range(of: "<th scope=\"row\">loss</th>"))
    #expect(unmet.lowerBound < met.lowerBound)
    #expect(body.contains(">missing</td><td>at least 0.9000</td>"))
    #expect(body.contains("<td>at most 1</td>"))
    #expect(body.contains("1 of 2 met"))
  }

  @Test func failuresAreNamedAndLinked() throws {
    var failed = SampleStore.CellPlan("<model>", "fine-tune")
    failed.status = .failed
    let body = try body([failed], end: .failed)
    #expect(body.contains("<div class=\"verdict bad\"><b>1 stage failed.</b>"))
    #expect(body.contains("<a href=\"#failures\">Failed or interrupted: &lt;model&gt;</a>"))
  }

  @Test func goodRunSaysHowOftenTheTestSetWasLookedAt() throws {
    let body = try body(SampleCells().all)
    #expect(body.contains("<div class=\"verdict good\">"))
    #expect(body.contains("The test set was evaluated 2 times under this pipeline name, in 1 run"))
    #expect(body.contains("<a href=\"#warnings\">3 warnings</a>"))
    #expect(body.contains("no earlier run of this pipeline"))
  }

  @Test func unfinishedRunIsNotGood() throws {
    #expect(try body([SampleStore.CellPlan("a", "command")], end: nil).contains("Unfinished."))
  }

  @Test func findingsAreCountedBySeverity() throws {
    var look = SampleStore.CellPlan("look", "inspect-data")
    func row(_ severity: String) -> [String] {
      ["near-duplicate", severity, "pbc", "3", "", "", "", "", "", "", ""]
    }
    let table = CSVTable(
      columns: FindingsFormat.columns, rows: [row("note"), row("error"), row("note")])
    look.outputs = [.init("findings", .files, [FindingsFormat.file: table.bytes])]
    #expect(
      try body([look]).contains(
        "<a href=\"#findings\">Findings in the data: 1 error, 2 notes</a>"))
  }
}
