import PipelineDSL
import Store
import Testing

@testable import Reports

struct ResultsSectionTests {
  private func body(_ cells: [SampleStore.CellPlan]) throws -> String? {
    // The store is removed with its last reference.
    let store = try SampleStore()
    let body = ResultsSection.body(try store.context(cells))
    return withExtendedLifetime(store) { body?.text }
  }

  @Test func showsTheTestPartWithTheBestInBold() throws {
    let body = try #require(try body(SampleCells().all.only("scores")))
    #expect(body.contains("<h3>scores <span class=\"soft\">on the test set</span></h3>"))
    #expect(body.contains("<td class=\"n\" data-value=\"0.91\"><b>0.9100</b>"))
    #expect(body.contains("<td class=\"n\" data-value=\"0.89\">0.8900"))
    // The lowest loss is the best.
    #expect(body.contains("<b>0.3000</b>"))
    #expect(!body.contains("f1/ALL"))
  }

  @Test func showsPublishedNumbersNextToOurs() throws {
    let body = try #require(try body(SampleCells().all.only("scores")))
    #expect(body.contains("published 0.9672, -0.0772</span>"))
    #expect(body.contains("<td>Paper A, table 4</td>"))
  }

  @Test func showsTheIntervalThatTheStageReported() throws {
    var cell = SampleStore.CellPlan("scores", "evaluate")
    cell.metrics = [
      StageMetric("test/accuracy", 0.9), StageMetric("test/accuracy-low", 0.8125),
      StageMetric("test/accuracy-high", 0.9375),
    ]
    let body = try #require(try body([cell]))
    #expect(body.contains("[0.8125, 0.9375]"))
    #expect(body.contains("In brackets the interval"))
    #expect(!body.contains("accuracy-low"))
  }

  @Test func historyIsNotAResult() throws {
    var cell = SampleStore.CellPlan("model", "fine-tune")
    cell.metrics = [StageMetric("validation/accuracy", step: 0, 0.5)]
    #expect(try body([cell]) == nil)
  }

  @Test func repeatsAreOneRowWithTheirDeviation() throws {
    let store = try SampleStore()
    let run = try store.grid()
    let facts = try RunFacts(run, store.records)
    let reader = ArtifactReader(store.objects)
    let context = ReportContext(
      facts: facts, reader: reader, secondsSaved: 0,
      pictures: ReportPictures(facts, reader, budget: 0, files: ReportFiles(nil)))
    let body = try #require(ResultsSection.body(context)).text
    #expect(body.contains("class=\"long\">scores<wbr>@backbone=vgg16,<wbr>policy=mixup</th>"))
    #expect(body.contains("<b>0.9600</b> <span class=\"soft\">± 0.0141</span>"))
    // One of two repeats failed.
    #expect(body.contains(">1 of 2</td>"))
    #expect(!body.contains("cnn,<wbr>policy=augmix</th>"))
  }
}
