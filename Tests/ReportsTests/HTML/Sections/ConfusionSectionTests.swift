import PipelineDSL
import Store
import Testing

@testable import Reports

struct ConfusionSectionTests {
  @Test func showsTheTestPartFirst() throws {
    let store = try SampleStore()
    let body = try #require(
      ConfusionSection.body(try store.context(SampleCells().all.only("scores")))
    ).text
    #expect(body.contains("<h3>scores@backbone=cnn <span class=\"soft\">test</span></h3>"))
    #expect(body.ranges(of: "<details><summary>train</summary>").count == 2)
    #expect(body.ranges(of: "data-figure=\"confusion/").count == 6)
    #expect(body.contains(">sensitivity</th>"))
  }

  @Test func damagedTablesAreReported() throws {
    var cell = SampleStore.CellPlan("scores", "evaluate")
    cell.outputs = [
      .init("metrics", .metrics, text: ["confusion_test.csv": "\"", "classes.csv": "part\n"])
    ]
    let store = try SampleStore()
    let body = try #require(ConfusionSection.body(try store.context([cell]))).text
    #expect(body.contains("confusion_test.csv:"))
  }
}
