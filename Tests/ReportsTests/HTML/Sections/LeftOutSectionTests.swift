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
    #expect(
      body.contains(
        "<th scope=\"row\">a/BA_1.jpg</th><td class=\"long\">premature end of JPEG file</td>"))
    #expect(body.contains("<h3>labels <span class=\"soft\">dropped</span></h3>"))
    #expect(body.contains("No files rejected or dropped: c-nmc rejected."))
  }

  @Test("a long list is a file beside the report")
  func longList() throws {
    let store = try SampleStore()
    var pbc = SampleStore.CellPlan("pbc", "ingest/pbc")
    let table = "path,reason\n" + (0..<30).map { "\($0).jpg,blank\n" }.joined()
    pbc.outputs = [.init("rejected", .files, text: ["rejected.csv": table])]
    let context = try store.context([pbc], place: ReportPlace(path: "run.html"))
    let body = try #require(LeftOutSection.body(context)).text
    #expect(body.contains("<a href=\"run.files/pbc-rejected.csv\">all 30 as CSV</a>"))
    #expect(context.pictures.files.files.first?.bytes == Array(table.utf8))
  }
}
