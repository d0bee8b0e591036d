import PipelineDSL
import Store
import Testing

@testable import Reports

struct LeftOutSectionTests {
  @Test func countsReasonsAndShowsTheFirstLines() throws {
    let store = try SampleStore()
    let context = try store.context(SampleCells().all.only("c-nmc", "pbc", "labels"))
    let body = try #require(LeftOutSection.body(context)).text
    #expect(body.contains("<p><b>3</b> in total</p>"))
    #expect(body.contains("<td class=\"n\">2</td><td>premature end of JPEG file</td>"))
    #expect(body.contains("<li>a/BA_1.jpg, premature end of JPEG file</li>"))
    #expect(body.contains("<h3>labels <span class=\"soft\">dropped</span></h3>"))
    #expect(body.contains("No files rejected or dropped: c-nmc rejected."))
  }
}
