import PipelineDSL
import Store
import Testing

@testable import Reports

struct CurvesSectionTests {
  @Test func putsTrainAndValidationTogether() {
    let families = CurvesSection.families(of: [
      StageMetric("train/loss", step: 1, 2), StageMetric("train/loss", step: 0, 3),
      StageMetric("validation/loss", step: 0, 4), StageMetric("learning-rate", step: 0, 0.1),
      StageMetric("test/accuracy", 0.9),
    ])
    #expect(families.keys.sorted() == ["learning-rate", "loss"])
    #expect(families["loss"]?.map(\.name) == ["train", "validation"])
    #expect(families["loss"]?.map(\.colour) == [0, 1])
    #expect(families["loss"]?.first?.points.map(\.y) == [3, 2])
  }

  @Test func drawsOneChartPerCell() throws {
    let store = try SampleStore()
    let body = try #require(
      CurvesSection.body(try store.context(SampleCells().all.only("model", "scores")))
    ).text
    #expect(body.ranges(of: "<svg class=\"chart\"").count == 4)
    #expect(body.ranges(of: ">kept: epoch 16<").count == 4)
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
