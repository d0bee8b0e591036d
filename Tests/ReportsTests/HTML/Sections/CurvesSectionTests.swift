import PipelineDSL
import Store
import Testing

@testable import Reports

struct CurvesSectionTests {
  @Test func drawsOneChartPerCell() throws {
    let store = try SampleStore()
    let body = try #require(
      CurvesSection.body(try store.context(SampleCells().all.only("model", "scores")))
    ).text
    #expect(body.ranges(of: "<svg class=\"chart\"").count == 4)
    #expect(body.ranges(of: ">kept: epoch 17<").count == 4)
    #expect(body.ranges(of: "class=\"mark\"").count == 4)
    #expect(body.contains("<h3>loss <span class=\"soft\">backbone=cnn</span></h3>"))
  }

  @Test func historyWithoutNumbersHasNoChart() throws {
    let store = try SampleStore()
    var cell = SampleStore.CellPlan("m", "fine-tune")
    cell.metrics = [StageMetric("loss", step: 0, .nan)]
    #expect(CurvesSection.body(try store.context([cell])) == nil)
  }
}
