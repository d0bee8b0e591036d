import PipelineDSL
import Store
import Testing

@testable import Reports

struct SheetsSectionTests {
  private func cropSheet(edge: Int) -> SampleStore.CellPlan {
    var cells = SampleStore.CellPlan("cells", "crop-normalise")
    cells.outputs = [.init("sheet", .files, ["sheet.png": TinyPNG.cell(3, edge: edge)])]
    return cells
  }

  @Test("the sheet of a known stage says what it shows")
  func captions() throws {
    let store = try SampleStore()
    let body = try #require(SheetsSection.body(try store.context([cropSheet(edge: 40)]))).text
    #expect(body.contains("<h3>Before and after the crop <span class=\"soft\">cells</span></h3>"))
    #expect(body.contains("<img alt=\"sheet.png of cells\""))
    #expect(body.contains("left the original with the box of each crop in green"))
  }

  @Test("pictures of other stages are shown under the name of their file")
  func unknownKind() throws {
    let store = try SampleStore()
    var other = SampleStore.CellPlan("other", "command")
    other.outputs = [.init("plot", .files, ["<plot>.png": TinyPNG.cell(3)])]
    let body = try #require(SheetsSection.body(try store.context([other]))).text
    #expect(body.contains("<figcaption>&lt;plot&gt;.png</figcaption>"))
  }

  @Test("a picture that does not fit becomes a file beside the report")
  func linked() throws {
    let store = try SampleStore()
    let context = try store.context(
      [cropSheet(edge: 200)], imageBudget: 1_000, place: ReportPlace(path: "run.html"))
    let body = try #require(SheetsSection.body(context)).text
    #expect(body.contains("<a href=\"run.files/cells-sheet.png\">sheet.png</a>"))
    #expect(context.pictures.files.files.first?.bytes == TinyPNG.cell(3, edge: 200))
  }
}
