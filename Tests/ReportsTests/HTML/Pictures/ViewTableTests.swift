import PipelineDSL
import Store
import Testing

@testable import Reports

struct ViewTableTests {
  private func html(_ cells: [SampleStore.CellPlan]) throws -> String {
    let store = try SampleStore()
    return try #require(SheetsSection.body(try store.context(cells))).text
  }

  @Test("a mixed view shows the other sample, its class and lambda")
  func mixed() throws {
    let body = try html([PictureCells.cells(4), PictureCells.augment([0, 2])])
    for part in [
      "<th scope=\"col\">view 1</th>", "<small>with <b>AML</b><br>&lambda; 0.2500</small>",
      "<small>with <b>AML</b><br>&lambda; 0.2600</small>", "alt=\"crop of AML\"",
      "title=\"s03\"",
    ] {
      #expect(body.contains(part), "\(part)")
    }
    // Per sample: the crop, and two views with a partner each.
    #expect(body.ranges(of: "<img ").count == 10)
  }

  @Test("a replaced box is named")
  func box() throws {
    let body = try html([PictureCells.cells(4), PictureCells.augment([0], box: "0 0 0.5 0.5")])
    #expect(body.contains("<small>box of <b>AML</b>"))
  }

  @Test("a sheet that does not fit its table is shown as it is")
  func otherSheet() throws {
    var augment = try PictureCells.augment([0, 2])
    augment.outputs[1].files["sheet.png"] = TinyPNG.cell(1, edge: 30)
    let body = try html([PictureCells.cells(4), augment])
    #expect(!body.contains("view 1"))
    #expect(body.ranges(of: "<img ").count == 1)
  }
}
