import PipelineDSL
import Store
import Testing

@testable import Reports

struct SheetsSectionTests {
  @Test func showsImagesOfSidePorts() throws {
    let store = try SampleStore()
    let body = try #require(
      SheetsSection.body(try store.context(SampleCells().all.only("augment"))))
    #expect(body.text.contains("<h3>augment <span class=\"soft\">sheet</span></h3>"))
    #expect(body.text.contains("<img alt=\"sheet.png\" src=\"data:image/png;base64,iVBORw0KGgo"))
  }
}
