import PipelineDSL
import Store
import Testing

@testable import Reports

struct ResultsSectionTests {
  @Test func showsTheTestPartWithTheBestInBold() throws {
    let store = try SampleStore()
    let body = try #require(
      ResultsSection.body(try store.context(SampleCells().all.only("scores")))
    ).text
    #expect(body.contains("<td class=\"n\"><b>0.9100</b></td>"))
    #expect(body.contains("<td class=\"n\">0.8900</td>"))
    // The lowest loss is the best.
    #expect(body.contains("<td class=\"n\"><b>0.3000</b></td>"))
    #expect(!body.contains("f1/ALL"))
  }

  @Test func showsPublishedNumbersNextToOurs() throws {
    let store = try SampleStore()
    let body = try #require(
      ResultsSection.body(try store.context(SampleCells().all.only("scores")))
    ).text
    #expect(body.contains("0.9672 published"))
    #expect(body.contains("-0.0772"))
    #expect(body.contains("<b class=\"bad\">not met</b>"))
    #expect(body.contains("<span class=\"good\">met</span>"))
  }

  @Test func historyIsNotAResult() throws {
    let store = try SampleStore()
    var cell = SampleStore.CellPlan("model", "fine-tune")
    cell.metrics = [StageMetric("validation/accuracy", step: 0, 0.5)]
    #expect(ResultsSection.body(try store.context([cell])) == nil)
  }

  @Test func checkWithoutScoresIsShown() throws {
    let store = try SampleStore()
    var cell = SampleStore.CellPlan("x", "command")
    cell.metrics = [StageMetric("speed", 3)]
    cell.checks = [MetricCheck(metric: "speed", relation: .atMost, threshold: 5)]
    let body = try #require(ResultsSection.body(try store.context([cell]))).text
    #expect(body.contains("at most 5"))
  }
}
